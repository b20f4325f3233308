import type { Match } from '../kinds.ts'
import type { LogRead } from '../recording/logs.ts'
import { liesIn } from './addresses.ts'
import { isNamed } from './names.ts'

/** Records whose data are names, perhaps with numbers between them (contract Q-03). */
const OF_NAMES = ['CNAME', 'NS', 'PTR', 'MX', 'SRV', 'SOA']

/** Whether a log holds a member (contract ). */
export function holds({ kind, source }: Pick<LogRead, 'kind' | 'source'>, member: string, match: Match): boolean {
  if (kind === 'flow') return [source['source_ip'], source['dest_ip']].some((address) => typeof address === 'string' && liesIn(address, member))
  return namesIn(source).some((name) => isNamed(name, member, match))
}

interface Answer {
  readonly name: string
  readonly type: string
  readonly rdata: readonly string[]
}

function namesIn(source: LogRead['source']): readonly string[] {
  const names: string[] = []
  if (typeof source['qname'] === 'string') names.push(source['qname'])
  for (const { name, type, rdata } of (source['rrsets'] ?? []) as readonly Answer[]) {
    names.push(name)
    for (const text of rdata) {
      if (OF_NAMES.includes(type)) names.push(...text.split(' '))
      if (type === 'TXT') names.push(text)
    }
  }
  return names
}
