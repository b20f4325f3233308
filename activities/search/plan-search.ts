import type { SearchBackwardInput } from '../../domain/run/steps.ts'
import { SEARCHED_FIELDS, type FieldValues } from '../../domain/search/log.ts'
import { choosePlan } from '../../domain/search/planner.ts'
import { membersOf } from '../../domain/sets/members.ts'
import { loadSet } from '../set-blobs.ts'
import type { SearchPorts } from './search-ports.ts'

export type SearchPlan = { readonly kind: 'digest' } | { readonly kind: 'terms'; readonly fields: readonly FieldValues[] }

/**
 * Names are never sent as a list: logs spell them in any case, in Unicode or ACE, and inside the data of other records, so that only
 * matching what they hold is exact (contract Q-03).
 */
export async function planSearch(
  ports: Pick<SearchPorts, 'blobs'>,
  { content, owed }: Pick<SearchBackwardInput, 'content' | 'owed'>,
  logs: number,
  signal: AbortSignal,
): Promise<SearchPlan> {
  if (content !== 'IPSet' || logs === 0) return { kind: 'digest' }
  // A network costs more than a host: were all members hosts and the list still dearer, the set need not be read.
  if (choosePlan({ logs, hosts: owed.members, networks: 0 }) === 'digest') return { kind: 'digest' }
  const values: string[] = []
  let networks = 0
  for (const member of membersOf(await loadSet(ports.blobs, owed, content, signal))) {
    const host = hostOf(member)
    if (host === null) networks++
    values.push(host ?? member)
  }
  if (choosePlan({ logs, hosts: values.length - networks, networks }) === 'digest') return { kind: 'digest' }
  return { kind: 'terms', fields: SEARCHED_FIELDS.flow.map((field) => ({ field, values })) }
}

/** The bare address of a member that is one: with a prefix length in it a list of terms is a hundred times as dear. */
function hostOf(member: string): string | null {
  if (member.endsWith('/128')) return member.slice(0, -4)
  return member.endsWith('/32') && !member.includes(':') ? member.slice(0, -3) : null
}
