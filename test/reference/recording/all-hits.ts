import type { Client, estypes } from '@elastic/elasticsearch'

const PAGE = 5000

/** Every document of one shard, in the order of their numbers. */
export async function allHits<T>(client: Client, request: Pick<estypes.SearchRequest, 'index' | 'preference'>): Promise<readonly estypes.SearchHit<T>[]> {
  const all: estypes.SearchHit<T>[] = []
  for (;;) {
    const after = all.at(-1)?.sort
    const { hits } = await client.search<T>({ ...request, size: PAGE, seq_no_primary_term: true, sort: [{ _seq_no: 'asc' }], ...(after === undefined ? {} : { search_after: after }) })
    all.push(...hits.hits)
    if (hits.hits.length < PAGE) return all
  }
}
