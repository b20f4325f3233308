import type { Client } from '@elastic/elasticsearch'
import { hidesName } from '../../domain/search/hidden.ts'
import type { SearchedField } from '../../domain/search/log.ts'
import { ask } from './client.ts'
import { notOlder } from './log-queries.ts'

/** Fields of DNS logs that hold texts, and the least `ignore_above` with which every name in them is found. */
const LEAST: Readonly<Partial<Record<SearchedField, number>>> = {
  qname: 256,
  'rrsets.name': 256,
  // An SOA holds two names and five numbers.
  'rrsets.rdata': 1024,
}
/** As long as logs come in that are hidden it is said, and an hour after the last; a mapping is mended for new indices alone. */
const NEWEST = 'now-1h'
/** Logs looked at: one request, three fields of each. */
const SAMPLE = 20

/**
 * Why names in the newest DNS logs cannot be found although the logs hold them, or null: a mapping with `ignore_above` keeps a longer
 * text in the log and leaves it out of what is searched (contract Q-11). Elasticsearch lists such fields in `_ignored`, which takes no
 * more than `read`; reading the mapping would take `view_index_metadata`.
 */
export async function hiddenNames(client: Client, pattern: string, signal: AbortSignal): Promise<string | null> {
  const fields: readonly SearchedField[] = ['qname', 'rrsets.name', 'rrsets.rdata']
  const answer = await ask({ what: 'look for names that the mapping hides', index: pattern, code: 'SearchFailed' }, signal, (aborted) =>
    client.search<Readonly<Record<string, unknown>>>(
      {
        index: pattern,
        size: SAMPLE,
        _source: ['qname', 'rrsets'],
        query: { bool: { filter: [{ terms: { _ignored: [...fields] } }, notOlder(NEWEST)] } },
        track_total_hits: false,
        // A sample: what cannot be reached is the search's own concern.
        ignore_unavailable: true,
        allow_partial_search_results: true,
        expand_wildcards: ['open', 'hidden'],
      },
      { signal: aborted },
    ),
  )
  const hidden = fields.filter((field) =>
    answer.hits.hits.some(({ _ignored: ignored, _source: source }) => ignored?.includes(field) === true && source !== undefined && hidesName(source, field)),
  )
  if (hidden.length === 0) return null
  const wanted = hidden.map((field) => `${field} to ${String(LEAST[field])}`).join(', ')
  return `DNS logs hold names longer than the mapping of ${pattern} takes, and no search finds them: raise ignore_above of ${wanted} or more in the index template`
}
