import { errors, type Client } from '@elastic/elasticsearch'
import type { ShardPoint } from '../../domain/search/window.ts'
import { statusOf, storeFailure } from './client.ts'

/** Twenty times what a refresh takes at a thousand logs a second on a busy server. An index with a lost primary takes a whole minute. */
const TIMEOUT_MS = 10_000
/** An index that was too slow the last time is asked apart from the others, and not waited for as long. */
const SLOW_TIMEOUT_MS = 2_000
/** As in shard-search.ts: a request line may have 4,096 bytes. */
const MAX_NAMES_BYTES = 3_000

/**
 * Refreshes the indices of these points, all copies of each.
 * @param slow names of indices that could not be refreshed in time: kept from one call to the next.
 * @returns the points whose logs are visible now; the others must not move.
 */
export async function refreshIndices(client: Client, points: readonly ShardPoint[], slow: Set<string>, signal: AbortSignal): Promise<readonly ShardPoint[]> {
  const names = [...new Set(points.map(({ index }) => index))]
  const done = new Set<string>()
  const shards = (among: readonly string[]): number => points.filter(({ index }) => among.includes(index)).length
  const one = async (name: string, timeoutMs: number): Promise<void> => {
    if (await refreshed(client, [name], shards([name]), timeoutMs, signal)) {
      done.add(name)
      slow.delete(name)
    } else slow.add(name)
  }
  for (const name of slow) if (!names.includes(name)) slow.delete(name)
  const known = names.filter((name) => slow.has(name))
  const together = chunksOfNames(names.filter((name) => !slow.has(name))).map(async (chunk) => {
    if (await refreshed(client, chunk, shards(chunk), TIMEOUT_MS, signal)) for (const name of chunk) done.add(name)
    else await Promise.all(chunk.map((name) => one(name, TIMEOUT_MS)))
  })
  await Promise.all([...together, ...known.map((name) => one(name, SLOW_TIMEOUT_MS))])
  return points.filter(({ index }) => done.has(index))
}

/**
 * False when an index is gone, closed or not whole: a copy that was not refreshed may be the one that answers a search.
 * @param shards how many of them have a primary to be refreshed; an answer that tells of fewer is none.
 */
async function refreshed(client: Client, index: readonly string[], shards: number, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted()
  try {
    const answer = await client.indices.refresh({ index: [...index] }, { signal: AbortSignal.any([signal]), requestTimeout: timeoutMs, maxRetries: 0 })
    return answer._shards !== undefined && answer._shards.failed === 0 && answer._shards.successful >= shards
  } catch (error) {
    signal.throwIfAborted()
    const status = statusOf(error)
    if (error instanceof errors.TimeoutError || status === 400 || status === 404 || status === 500 || status === 503) return false
    throw storeFailure(error, { what: 'refresh the logs', code: 'SearchFailed' })
  }
}

function chunksOfNames(names: readonly string[]): readonly (readonly string[])[] {
  const chunks: string[][] = []
  let bytes = MAX_NAMES_BYTES
  for (const name of names) {
    const more = encodeURIComponent(name).length + 3
    if (bytes + more > MAX_NAMES_BYTES) {
      chunks.push([])
      bytes = 0
    }
    chunks.at(-1)?.push(name)
    bytes += more
  }
  return chunks
}
