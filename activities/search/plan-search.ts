import type { SearchBackwardInput } from '../../domain/run/steps.ts'
import { bitByBit } from '../../domain/formats/give-way.ts'
import type { Way } from '../../domain/search/calibration.ts'
import { listedValues, type ListedValues } from '../../domain/search/listed-values.ts'
import { choosePlan, estimate, type Workload } from '../../domain/search/planner.ts'
import { givingWay } from '../giving-way.ts'
import { loadSet } from '../set-blobs.ts'
import type { SearchPorts, SearchTools } from './search-ports.ts'

export interface SearchPlan {
  readonly way: Way
  /** The workload but for its logs: those of one slice are a part. */
  readonly members: Omit<Workload, 'logs'>
  readonly estimatedMs: number
  /** Of the way not taken; null where there was no other. */
  readonly otherMs: number | null
  /** What is sent as a list; nothing where distinct values come here. */
  readonly list: ListedValues
}

const NO_LIST: ListedValues = { hosts: [], ranges: [] }

/**
 * Names are never sent as a list: logs spell them in any case, in Unicode or ACE, and inside the data of other records, so that only
 * matching what they hold is exact (contract Q-03).
 */
export async function planSearch(
  ports: Pick<SearchPorts, 'blobs'>,
  { calibration }: Pick<SearchTools, 'calibration'>,
  { content, owed }: Pick<SearchBackwardInput, 'content' | 'owed'>,
  logs: number,
  signal: AbortSignal,
): Promise<SearchPlan> {
  const costs = calibration.current
  // A range costs more than a host: were all members hosts and the list still dearer, the set need not be read.
  const atMost = { hosts: owed.members, ranges: 0 }
  const digest = { way: 'digest', members: atMost, estimatedMs: estimate('digest', { logs, ...atMost }, costs), otherMs: null, list: NO_LIST } as const
  if (content !== 'IPSet' || logs === 0) return digest
  const best = choosePlan({ logs, ...atMost }, costs)
  if (best.way === 'digest') return { ...digest, otherMs: best.otherMs }
  const list = await bitByBit(listedValues(await loadSet(ports.blobs, owed, content, signal)), givingWay(signal))
  const members = { hosts: list.hosts.length, ranges: list.ranges.length }
  const plan = choosePlan({ logs, ...members }, costs)
  return { ...plan, members, list: plan.way === 'terms' ? list : NO_LIST }
}
