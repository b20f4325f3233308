import { digestAggregations, digestParts, spansQuery } from '../../adapters/elasticsearch/log-queries.ts'
import { SEARCHED_FIELDS } from '../../domain/search/log.ts'
import { DIGEST_PAGE } from '../../domain/search/planner.ts'
import type { Comparison } from './bench-search.ts'
import { INDICES } from './load-logs.ts'
import type { Stretch } from './literal.ts'
import { compare } from './measure.ts'
import { way, type Bench } from './minute.ts'

/** A minute in which nothing is found, beside a search of nothing, and what its one request to Elasticsearch is made of. */
export async function measureQuiet(bench: Bench, stretch: Stretch): Promise<Comparison> {
  const { server, ours, sets, progress } = bench
  const key = 'quiet'
  progress(key)
  await ours.forward(stretch, [sets.quiet])
  const spans = ours.asked().digests.flatMap((selection) => selection.spans)
  const parts = SEARCHED_FIELDS[stretch.kind].flatMap(digestParts)
  const query = { bool: { filter: [spansQuery(spans)] } }
  const asked = { index: INDICES[stretch.kind], request_cache: false, size: 0, query } as const
  const aggregations = digestAggregations(parts, Math.floor(DIGEST_PAGE / parts.length))
  const costs = await compare(server, key, [
    way(bench, 'empty', stretch, sets.quiet),
    way(bench, 'ours', stretch, sets.quiet),
    { name: 'of it: its logs found and counted', run: () => server.client.search({ ...asked, track_total_hits: true }).then(() => null) },
    {
      name: 'the same, and their distinct addresses, which are not sent',
      run: () => server.client.search({ ...asked, track_total_hits: false, aggregations, filter_path: 'took' }).then(() => null),
    },
    {
      name: 'the same, and sent',
      run: () => server.client.search({ ...asked, track_total_hits: false, aggregations }).then(() => null),
    },
  ])
  return { key, title: 'one minute of flows, nothing to find', costs }
}
