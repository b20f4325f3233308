import type { Client } from '@elastic/elasticsearch'
import type { LogStore } from '../../activities/ports/log-store.ts'
import type { LogKind } from '../../domain/feed/content.ts'
import { ask } from './client.ts'

/** Newest logs looked at: one request, two fields of each. */
const SAMPLE = 100
/** An index is missing for a moment at every rollover, and on a young cluster until the first log (contract Q-11). */
const MISSING_MS = 60 * 60_000

/** Why the newest logs cannot match (LogStore.unsearchable, contract Q-11). */
export function logsUnsearchable(client: Client, patterns: Readonly<Record<LogKind, string>>, clock: () => number): LogStore['unsearchable'] {
  /** Since when this process has found no index of the kind. */
  const missingSince = new Map<LogKind, number>()
  return async (kind, signal) => {
    const index = patterns[kind]
    const asking = { what: 'sample the newest logs', index, code: 'SearchFailed' } as const
    const answer = await ask(asking, signal, (aborted) =>
      client.search<Readonly<Record<string, unknown>>>(
        {
          index,
          size: kind === 'flow' ? SAMPLE : 0,
          _source: ['source_ip', 'dest_ip'],
          sort: [{ '@timestamp': { order: 'desc', unmapped_type: 'date' } }],
          track_total_hits: false,
          // A sample: what cannot be reached is the search's own concern.
          ignore_unavailable: true,
          allow_partial_search_results: true,
          expand_wildcards: ['open', 'hidden'],
        },
        { signal: aborted },
      ),
    )
    if (answer._shards.total === 0) {
      const since = missingSince.get(kind) ?? clock()
      missingSince.set(kind, since)
      if (clock() - since < MISSING_MS) return null
      return `No index matches ${index}, for over an hour: check that ${kind} logs are on, and the cluster's name`
    }
    missingSince.delete(kind)
    const logs = answer.hits.hits
    const addressed = logs.some(({ _source: log }) => typeof log?.['source_ip'] === 'string' || typeof log?.['dest_ip'] === 'string')
    if (kind === 'dns' || logs.length === 0 || addressed) return null
    return (
      `None of the newest ${logs.length} flow logs holds an address: they are aggregated. ` +
      'Set flowLogsFileAggregationKindForAllowed and flowLogsFileAggregationKindForDenied of the FelixConfiguration to 1 or 0'
    )
  }
}
