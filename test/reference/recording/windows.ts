import type { Client } from '@elastic/elasticsearch'
import type { Kind } from '../kinds.ts'
import type { LogRead } from './logs.ts'

/** Up to which number a shard's logs had arrived. */
interface Point {
  readonly uuid: string
  readonly history: string
  readonly shard: number
  readonly checkpoint: number
  readonly resets?: number
}

export interface WindowRead {
  readonly kind: Kind
  readonly number: number
  readonly points: readonly Point[]
}

const indexOf = (cluster: string): string => `.threatfeed.windows.${cluster}`

/** Every window that was cut, the oldest first. */
export async function readWindows(client: Client, cluster: string): Promise<readonly WindowRead[]> {
  const index = indexOf(cluster)
  await client.indices.refresh({ index })
  const { hits } = await client.search<Partial<WindowRead>>({ index, size: 10_000 })
  const windows = hits.hits.flatMap(({ _source: found }) => {
    const { kind, number, points } = found ?? {}
    return kind === undefined || number === undefined || points === undefined ? [] : [{ kind, number, points }]
  })
  return windows.sort((a, b) => a.number - b.number)
}

/** Number of the newest window now, or of one a moment older; 0 before the first. */
export async function newestWindow(client: Client, cluster: string, kind: Kind): Promise<number> {
  const found = await client.get<{ number: number }>({ index: indexOf(cluster), id: `${kind}-newest` }, { ignore: [404] })
  return found._source?.number ?? 0
}

/** How a window's shard is told from the same one after it went back: null where the window does not reach the log. */
function reachedAs({ points }: WindowRead, { uuid, shard, seqNo }: LogRead): string | null {
  const point = points.find((one) => one.uuid === uuid && one.shard === shard)
  return point === undefined || seqNo > point.checkpoint ? null : `${point.history}/${String(point.resets ?? 0)}`
}

/** Whether a log had arrived when a window was cut. */
export function reaches(window: WindowRead, log: LogRead): boolean {
  return reachedAs(window, log) !== null
}

/** The windows in which a log is new: one, and another for each time its shard went back. */
export function arrivals(windows: readonly WindowRead[], log: LogRead): readonly number[] {
  let before: string | null = null
  return windows.flatMap((window) => {
    const as = reachedAs(window, log)
    const isNew = as !== null && as !== before
    before = as ?? before
    return isNew ? [window.number] : []
  })
}
