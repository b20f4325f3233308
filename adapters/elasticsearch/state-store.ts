import type { Client } from '@elastic/elasticsearch'
import type { StateStore } from '../../activities/ports/state-store.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { DocumentVersion, FeedKey } from '../../domain/run/references.ts'
import { freshState, type FeedState } from '../../domain/run/state.ts'
import { ask } from './client.ts'
import { deleteDocument, readDocument, readVersion, writeDocument } from './documents.ts'
import type { IndexNames } from './indices.ts'
import { bodyOf, stateDocument } from './state-document.ts'

/** A page of keys is some 300 bytes each: 300 kB. */
const PAGE = 1000
/** Hashes in one query; a state names a handful: its set, what is owed, a body, its debts. */
const NAMED_IN_QUERY = 1000

/** The state documents of contract S-07. */
export function elasticsearchStateStore(client: Client, names: Pick<IndexNames, 'state'>, now: () => Date = () => new Date()): StateStore {
  const index = names.state
  /** What this process last saw of each life: the version that the next write is made over. */
  const seen = new Map<string, DocumentVersion>()
  const place = (feed: FeedKey) => ({ index, id: feed.uid })

  return {
    async read(feed, signal) {
      const found = await readDocument(client, place(feed), `read the state of feed ${feed.name}`, signal)
      if (found === null) {
        seen.delete(feed.uid)
        return null
      }
      seen.set(feed.uid, found.version)
      return stateOf(bodyOf(found.source), feed.uid)
    },

    async write(feed, state, signal) {
      const what = `write the state of feed ${feed.name}`
      const expected = seen.get(feed.uid) ?? (await readVersion(client, place(feed), what, signal))
      const body = stateDocument('state', feed, blobsOf(state), state, now())
      const written = await writeDocument(client, place(feed), body, expected, what, signal)
      if (written !== null) {
        seen.set(feed.uid, written)
        return
      }
      // The next attempt reads what is there now.
      seen.delete(feed.uid)
      throw new FeedFailure('StoreFailed', 'retry', `Another writer changed the state of feed ${feed.name} first`)
    },

    async remove(feed, signal) {
      await deleteDocument(client, place(feed), null, `remove the state of feed ${feed.name}`, signal)
      seen.delete(feed.uid)
    },

    async list(cluster, signal) {
      const what = 'list the states of feeds'
      await ask({ what, index }, signal, (aborted) => client.indices.refresh({ index }, { signal: aborted }))
      const keys: FeedKey[] = []
      for (let after: string | undefined = ''; after !== undefined; ) {
        const page: readonly FeedKey[] = await ask({ what, index }, signal, (aborted) => pageOfKeys(client, index, cluster, after ?? '', aborted))
        keys.push(...page)
        after = page.length < PAGE ? undefined : page.at(-1)?.uid
      }
      return keys
    },

    async namedElsewhere(feed, blobs, signal) {
      const what = `ask which blobs of feed ${feed.name} others share`
      await ask({ what, index }, signal, (aborted) => client.indices.refresh({ index }, { signal: aborted }))
      const named = new Set<string>()
      for (let from = 0; from < blobs.length; from += NAMED_IN_QUERY) {
        const wanted = blobs.slice(from, from + NAMED_IN_QUERY)
        const answer = await ask({ what, index }, signal, (aborted) =>
          client.search(
            {
              index,
              size: 0,
              allow_partial_search_results: false,
              query: {
                bool: {
                  filter: [{ terms: { kind: ['state', 'pull'] } }, { terms: { blobs: [...wanted] } }],
                  must_not: [{ term: { uid: feed.uid } }],
                },
              },
              aggregations: { named: { terms: { field: 'blobs', include: [...wanted], size: NAMED_IN_QUERY } } },
            },
            { signal: aborted },
          ),
        )
        for (const sha256 of bucketKeys(answer.aggregations?.['named'])) named.add(sha256)
      }
      return named
    },
  }
}

async function pageOfKeys(client: Client, index: string, cluster: string, after: string, signal: AbortSignal): Promise<readonly FeedKey[]> {
  const answer = await client.search<Partial<FeedKey>>(
    {
      index,
      size: PAGE,
      allow_partial_search_results: false,
      _source: ['cluster', 'name', 'uid'],
      query: { bool: { filter: [{ term: { kind: 'state' } }, { term: { cluster } }] } },
      sort: [{ uid: 'asc' }],
      ...(after === '' ? {} : { search_after: [after] }),
    },
    { signal },
  )
  return answer.hits.hits.flatMap(({ _source: key }) =>
    key?.cluster !== undefined && key.name !== undefined && key.uid !== undefined ? [{ cluster: key.cluster, name: key.name, uid: key.uid }] : [],
  )
}

function bucketKeys(aggregation: unknown): readonly string[] {
  if (typeof aggregation !== 'object' || aggregation === null || !('buckets' in aggregation) || !Array.isArray(aggregation.buckets)) return []
  const buckets: readonly unknown[] = aggregation.buckets
  return buckets.flatMap((bucket) => (typeof bucket === 'object' && bucket !== null && 'key' in bucket ? [String(bucket.key)] : []))
}

function blobsOf(state: FeedState): readonly string[] {
  const named = [state.version?.set, state.owed?.set, state.pending?.snapshot, state.pending?.set, ...state.debts.map((debt) => debt.set)]
  return [...new Set(named.flatMap((blob) => blob?.sha256 ?? []))]
}

/** What an older version did not write is as in a fresh state. A document that someone damaged counts as none, which costs repeated work. */
function stateOf(value: unknown, uid: string): FeedState | null {
  if (!isObject(value) || value['uid'] !== uid) return null
  const state = { ...freshState(uid), ...value }
  return Array.isArray(state.debts) && Array.isArray(state.conditions) ? state : null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
