import type { Hit, LogDocument } from '../search/log.ts'
import { port, shown, text } from './log-fields.ts'

/** One sentence for people: what the workload did, with whom, allowed or denied, on which feed's word (contract E-02). */
export function describeFlow(hit: Hit, feedName: string): string {
  const { log } = hit
  const outbound = hit.field === 'dest_ip'
  const action = text(log, 'action')
  const verdict = action === 'deny' ? 'was denied a connection' : action === 'allow' ? 'made an allowed connection' : 'made a connection'
  const listed = `${shown(hit.value)}${portText(port(log, 'dest_port'), outbound)}`
  const proto = text(log, 'proto')
  const by = proto === undefined ? '' : ` over ${proto}`
  const sentence = outbound
    ? `${workload(log, 'source')} ${verdict} to ${listed}${by}`
    : `${shown(hit.value)} ${verdict} to ${workload(log, 'dest')}${portText(port(log, 'dest_port'), true)}${by}`
  return `${sentence}; threat feed ${feedName} lists ${hit.member}.`
}

export function describeQuery(hit: Hit, feedName: string): string {
  const { log } = hit
  const qname = text(log, 'qname')
  const asked = `${workload(log, 'client')} asked DNS for ${qname ?? 'a name'}`
  const answered = hit.field === 'qname' ? '' : ` and the answer names ${shown(hit.value)}`
  const rcode = text(log, 'rcode')
  return `${asked}${rcode === undefined || rcode === 'NoError' ? '' : ` (${rcode})`}${answered}; threat feed ${feedName} lists ${hit.member}.`
}

function portText(number: number | undefined, shown: boolean): string {
  return number === undefined || !shown ? '' : ` port ${number}`
}

/** The best name a log has for one side: namespace and pod, else the pods it stands for, else its address. */
function workload(log: LogDocument, side: 'source' | 'dest' | 'client'): string {
  const name = text(log, `${side}_name`) ?? text(log, `${side}_name_aggr`)
  const namespace = text(log, `${side}_namespace`)
  const address = text(log, `${side}_ip`)
  if (name === undefined) return address ?? 'An unnamed workload'
  return namespace === undefined ? name : `${namespace}/${name}`
}
