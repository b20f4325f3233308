import { errors } from '@elastic/elasticsearch'
import type { Client, estypes } from '@elastic/elasticsearch'
import { readEvent } from './event-line.ts'
import type { ToldEvent } from './event-line.ts'

/** The samples lead to a dozen events. */
const MOST = 1_000

/** Security events that were found since it was made, each told once. */
export class EventTail {
  readonly #client: Client
  readonly #index: string
  readonly #since: string
  readonly #told = new Set<string>()

  constructor(client: Client, index: string, since: Date) {
    this.#client = client
    this.#index = index
    this.#since = since.toISOString()
  }

  /** Those that became visible since the last call, in the order in which they were found. */
  async next(signal: AbortSignal): Promise<readonly ToldEvent[]> {
    try {
      return this.#notTold(await this.#found(signal))
    } catch (error) {
      // An index that was just made answers so until its shard has started: nothing is visible yet.
      if (error instanceof errors.ResponseError && error.statusCode === 503) return []
      throw error
    }
  }

  #found(signal: AbortSignal): Promise<estypes.SearchResponse<Record<string, unknown>>> {
    return this.#client.search<Record<string, unknown>>(
      {
        index: this.#index,
        // Nobody may have written an event yet, and so made the index.
        ignore_unavailable: true,
        size: MOST,
        query: { range: { generated_time: { gte: this.#since } } },
        sort: [{ generated_time: { order: 'asc', unmapped_type: 'date' } }],
      },
      // The client aborts the signal it is given, and leaves its listeners there.
      { signal: AbortSignal.any([signal]) },
    )
  }

  #notTold({ hits }: estypes.SearchResponse<Record<string, unknown>>): readonly ToldEvent[] {
    return hits.hits.flatMap(({ _id: id, _source: source }) => {
      if (id === undefined || source === undefined || this.#told.has(id)) return []
      this.#told.add(id)
      return [readEvent(source)]
    })
  }
}
