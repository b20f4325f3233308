import type { Client, estypes } from '@elastic/elasticsearch'
import type { WindowStore } from '../../activities/ports/window-store.ts'
import type { LogKind } from '../../domain/feed/content.ts'
import { isThinned } from '../../domain/search/thin.ts'
import type { LogWindow } from '../../domain/search/window.ts'
import { deleteInBulk } from './bulk-delete.ts'
import { ask, statusOf } from './client.ts'
import { readDocument, writeDocument } from './documents.ts'
import type { IndexNames } from './indices.ts'
import { windowDocument, windowOf } from './window-document.ts'

/** Windows on a page of a pruning, which goes through all there are: 960 at one a minute, and three pages at one in ten seconds. */
const PRUNED_PAGE = 2_000

interface Numbered {
  readonly id: string
  readonly number: number
  readonly source: unknown
}

/**
 * Windows as documents `<kind>-<number>`. Beside them `<kind>-newest` points at or below the newest: it is moved after each create,
 * only ever forward, and the numbers above it are probed, so that a crash between the two writes loses nothing.
 */
export function elasticsearchWindowStore(client: Client, names: Pick<IndexNames, 'windows'>): WindowStore {
  const index = names.windows
  const place = (kind: LogKind, number: number | 'newest') => ({ index, id: `${kind}-${number}` })

  async function read(kind: LogKind, number: number, signal: AbortSignal): Promise<LogWindow | null> {
    const found = await readDocument(client, place(kind, number), 'read a window of the logs', signal)
    return found === null ? null : windowOf(found.source)
  }

  async function newest(kind: LogKind, signal: AbortSignal): Promise<LogWindow | null> {
    const pointer = await readDocument(client, place(kind, 'newest'), 'read the newest window', signal)
    const number = numberOf(pointer?.source)
    let found = number === null ? await searched(kind, null, signal) : await read(kind, number, signal)
    // A pointer without its window: the window was removed by hand, and those below it still serve.
    if (found === null && number !== null) found = await searched(kind, null, signal)
    for (let next = await read(kind, (found?.number ?? 0) + 1, signal); next !== null; next = await read(kind, next.number + 1, signal)) {
      found = next
    }
    return found
  }

  /** The highest number there is, below one where it is given; a search, so after a refresh. */
  async function searched(kind: LogKind, below: number | null, signal: AbortSignal): Promise<LogWindow | null> {
    const [hit] = await ask({ what: 'look for older windows', index }, signal, async (aborted) => {
      const request: estypes.SearchRequest = {
        index,
        size: 1,
        allow_partial_search_results: false,
        query: { bool: { filter: [{ term: { kind } }, ...(below === null ? [] : [{ range: { number: { lt: below } } }])] } },
        sort: [{ number: { order: 'desc', unmapped_type: 'long' } }],
      }
      try {
        // Not `ignore_unavailable`: it leaves out an index that one may not refresh, too, and says nothing.
        await client.indices.refresh({ index }, { signal: aborted })
        return (await client.search<unknown>(request, { signal: aborted })).hits.hits
      } catch (error) {
        if (statusOf(error) === 404) return []
        throw error
      }
    })
    return hit === undefined ? null : windowOf(hit._source)
  }

  /** A page of the lowest numbers between two, with when they were cut. */
  function between(kind: LogKind, above: number, below: number, signal: AbortSignal): Promise<readonly Numbered[]> {
    return ask({ what: 'list old windows', index }, signal, async (aborted) => {
      const request: estypes.SearchRequest = {
        index,
        size: PRUNED_PAGE,
        _source: ['number', 'cutAt'],
        query: { bool: { filter: [{ term: { kind } }, { range: { number: { gt: above, lt: below } } }] } },
        sort: [{ number: 'asc' }],
      }
      const { hits } = (await client.search<unknown>(request, { signal: aborted })).hits
      return hits.flatMap(({ _id: id, _source: source }) => {
        const number = numberOf(source)
        return id === undefined || number === null ? [] : [{ id, number, source }]
      })
    })
  }

  /** Moves the pointer forward; one that is further already stays. */
  async function point(kind: LogKind, number: number, signal: AbortSignal): Promise<void> {
    const what = 'point at the newest window'
    for (;;) {
      const pointer = await readDocument(client, place(kind, 'newest'), what, signal)
      if ((numberOf(pointer?.source) ?? 0) >= number) return
      if ((await writeDocument(client, place(kind, 'newest'), { number }, pointer?.version ?? null, what, signal)) !== null) return
    }
  }

  return {
    newest,
    read,
    older: (kind, number, signal) => searched(kind, number, signal),

    async create(window, signal) {
      const written = await writeDocument(client, place(window.kind, window.number), windowDocument(window), null, 'write a window of the logs', signal)
      if (written === null) return false
      await point(window.kind, window.number, signal)
      return true
    },

    async prune(kind, olderThan, signal) {
      const last = await newest(kind, signal)
      if (last === null) return
      // First the pointer: what lies between it and the newest must be without a gap.
      await point(kind, last.number, signal)
      // To the end: the lowest numbers are those that stay for 8 days, and what is to be thinned lies beyond them.
      for (let after: number | null = 0; after !== null; ) {
        const page: readonly Numbered[] = await between(kind, after, last.number, signal)
        const old = page.filter(({ number, source }) => isThinned(number, last.number) || cutBefore(source, olderThan))
        await deleteInBulk(client, { what: 'remove old windows', index }, old.map(({ id }) => ({ id })), signal)
        after = page.at(-1)?.number ?? null
      }
    },
  }
}

function numberOf(source: unknown): number | null {
  if (typeof source !== 'object' || source === null || !('number' in source)) return null
  return typeof source.number === 'number' ? source.number : null
}

function cutBefore(source: unknown, time: Date): boolean {
  if (typeof source !== 'object' || source === null || !('cutAt' in source) || typeof source.cutAt !== 'string') return false
  return Date.parse(source.cutAt) < time.getTime()
}
