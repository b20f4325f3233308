import type { Client } from '@elastic/elasticsearch'

/** Elasticsearch 9.4 and newer; an index says so once and for all when it is made. */
const SETTING = 'index.disable_sequence_numbers'
const UUID = 'index.uuid'

/** Which indices of a pattern number their logs: without sequence numbers no window holds a log, and no search can tell which are new (contract Q-11). */
export interface LogNumbering {
  /**
   * Of these indices, by name with their uuids, those without sequence numbers. Asks about those it has not met, and takes `monitor`.
   * @throws as the client does
   */
  without(indices: ReadonlyMap<string, string>, signal: AbortSignal): Promise<ReadonlySet<string>>
  /** The answer of the last call. */
  readonly last: ReadonlySet<string>
}

export function logNumbering(client: Client, pattern: string): LogNumbering {
  /** By uuid: whether its logs are numbered. Only of indices that were there the last time. */
  let known = new Map<string, boolean>()
  let last: ReadonlySet<string> = new Set()
  return {
    async without(indices, signal) {
      const unmet = [...indices.values()].some((uuid) => !known.has(uuid))
      const asked = unmet ? await numbered(client, pattern, signal) : known
      known = new Map([...indices.values()].flatMap((uuid) => {
        const answer = known.get(uuid) ?? asked.get(uuid)
        return answer === undefined ? [] : [[uuid, answer] as const]
      }))
      last = new Set([...indices].flatMap(([index, uuid]) => (known.get(uuid) === false ? [index] : [])))
      return last
    },
    get last() {
      return last
    },
  }
}

/** Whether logs are numbered, by the uuids of the indices. */
export async function numbered(client: Client, index: string, signal: AbortSignal): Promise<ReadonlyMap<string, boolean>> {
  const answer = await client.indices.getSettings(
    { index, name: [SETTING, UUID], flat_settings: true, expand_wildcards: 'all' },
    { signal: AbortSignal.any([signal]) },
  )
  return new Map(Object.values(answer).flatMap(({ settings }) => {
    const texts = new Map(Object.entries(settings ?? {}))
    return [[String(texts.get(UUID)), String(texts.get(SETTING)) !== 'true'] as const]
  }))
}
