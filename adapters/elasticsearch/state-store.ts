import type { Client } from '@elastic/elasticsearch'
import type { LivesSought, StateStore } from '../../activities/ports/state-store.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { blobsOf } from '../../domain/run/blobs-of.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import { freshState, type FeedState } from '../../domain/run/state.ts'
import { ask } from './client.ts'
import { deleteDocument, readDocument, readVersion, writeDocument } from './documents.ts'
import type { IndexNames } from './indices.ts'
import { bodyOf, stateDocument } from './state-document.ts'

/** A page of keys is some 300 bytes each: 300 kB. */
const PAGE = 1000

/** The state documents of contract S-07. */
export function elasticsearchStateStore(client: Client, names: Pick<IndexNames, 'state'>, now: () => Date = () => new Date()): StateStore {
  const index = names.state
  const place = (feed: FeedKey) => ({ index, id: feed.uid })

  return {
    async read(feed, signal) {
      const found = await readDocument(client, place(feed), `read the state of feed ${feed.name}`, signal)
      return stateOf(bodyOf(found?.source), feed.uid)
    },

    version(feed, signal) {
      return readVersion(client, place(feed), `look at the state of feed ${feed.name}`, signal)
    },

    async write(feed, state, over, signal, stillNamed = new Set()) {
      const body = stateDocument('state', feed, [...new Set([...blobsOf(state), ...stillNamed])], state, now())
      const written = await writeDocument(client, place(feed), body, over, `write the state of feed ${feed.name}`, signal)
      if (written === null) throw new FeedFailure('StoreFailed', 'retry', `Another writer changed the state of feed ${feed.name} first`)
    },

    async remove(feed, signal) {
      await deleteDocument(client, place(feed), null, `remove the state of feed ${feed.name}`, signal)
    },

    async list(sought, signal) {
      const what = 'list the states of feeds'
      await ask({ what, index }, signal, (aborted) => client.indices.refresh({ index }, { signal: aborted }))
      // A life has up to three documents, which lie together in this order.
      const lives = new Map<string, FeedKey>()
      for (let after: readonly string[] | null = []; after !== null; ) {
        const page: Page = await ask({ what, index }, signal, (aborted) => pageOfKeys(client, index, sought, after ?? [], aborted))
        for (const key of page.keys) lives.set(key.uid, key)
        after = page.next
      }
      return [...lives.values()]
    },
  }
}

interface Page {
  readonly keys: readonly FeedKey[]
  /** Where the next page begins; null after the last. */
  readonly next: readonly string[] | null
}

async function pageOfKeys(
  client: Client,
  index: string,
  { cluster, name }: LivesSought,
  after: readonly string[],
  signal: AbortSignal,
): Promise<Page> {
  const answer = await client.search<Partial<FeedKey>>(
    {
      index,
      size: PAGE,
      allow_partial_search_results: false,
      _source: ['cluster', 'name', 'uid'],
      query: { bool: { filter: [{ term: { cluster } }, ...(name === undefined ? [] : [{ term: { name } }])] } },
      sort: [{ uid: 'asc' }, { kind: 'asc' }],
      ...(after.length === 0 ? {} : { search_after: [...after] }),
    },
    { signal },
  )
  const { hits } = answer.hits
  const keys = hits.flatMap(({ _source: key }) =>
    key?.cluster !== undefined && key.name !== undefined && key.uid !== undefined ? [{ cluster: key.cluster, name: key.name, uid: key.uid }] : [],
  )
  return { keys, next: hits.length < PAGE ? null : (hits.at(-1)?.sort ?? []).map(String) }
}

/** What an older version did not write is as in a fresh state. A document that someone damaged counts as none, which costs repeated work. */
export function stateOf(value: unknown, uid: string): FeedState | null {
  if (!isObject(value) || value['uid'] !== uid) return null
  const state = { ...freshState(uid), ...value }
  return Array.isArray(state.debts) && Array.isArray(state.conditions) ? state : null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
