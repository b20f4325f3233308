import type { Client, estypes } from '@elastic/elasticsearch'
import type { LogStore } from '../../activities/ports/log-store.ts'
import type { LogKind } from '../../domain/feed/content.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { ShardPoint } from '../../domain/search/window.ts'
import { ask } from './client.ts'
import { digestLogs } from './log-digest.ts'
import { findLogs } from './log-find.ts'
import { missingLogPrivileges } from './log-privileges.ts'
import { refreshIndices } from './log-refresh.ts'
import { logsUnsearchable } from './log-sample.ts'

/** Patterns of the indices that hold each kind of log (contract, section 7). */
export type LogPatterns = Readonly<Record<LogKind, string>>

/** Only what a cut needs: with it 1 to 2 ms for 100 indices, without it 14 ms and 1 MB. */
const CHECKPOINT_PATHS = [
  '_shards.failed',
  'indices.*.uuid',
  'indices.*.shards.*.routing.primary',
  'indices.*.shards.*.routing.state',
  'indices.*.shards.*.seq_no.global_checkpoint',
  'indices.*.shards.*.commit.user_data.history_uuid',
]
/** Closed indices and red shards are left out of the answer, and so keep their last point. */
const OPEN: estypes.ExpandWildcards = ['open', 'hidden']

/**
 * Logs in Elasticsearch. Needs the privileges of log-privileges.ts on the patterns.
 * @param clock milliseconds that never go back.
 */
export function elasticsearchLogStore(client: Client, patterns: LogPatterns, clock: () => number = () => performance.now()): LogStore {
  /** Indices that could not be refreshed when it was last tried. */
  const slow: Readonly<Record<LogKind, Set<string>>> = { flow: new Set(), dns: new Set() }
  const unsearchable = logsUnsearchable(client, patterns, clock)
  return {
    async checkpoints(kind, signal) {
      const asking = { what: 'read the checkpoints of the logs', index: patterns[kind], code: 'SearchFailed' } as const
      const answer = await ask(asking, signal, (aborted) =>
        client.indices.stats(
          { index: patterns[kind], metric: 'refresh', level: 'shards', expand_wildcards: OPEN, filter_path: CHECKPOINT_PATHS },
          { signal: aborted },
        ),
      )
      if ((answer._shards?.failed ?? 0) > 0) {
        throw new FeedFailure('SearchFailed', 'wait', `${answer._shards.failed} shards of ${patterns[kind]} did not tell their checkpoints`)
      }
      const indices = Object.entries(answer.indices ?? {})
      const missing = indices.length > 0 ? [] : await ask(asking, signal, (aborted) => missingLogPrivileges(client, patterns[kind], aborted))
      if (missing.length > 0) {
        throw new FeedFailure('SearchFailed', 'user', `The account in Elasticsearch lacks the index privileges [${missing.join(',')}] on ${patterns[kind]}`)
      }
      return indices.flatMap(([index, stats]) => pointsOf(index, stats))
    },

    refresh: (kind, points, signal) => refreshIndices(client, points, slow[kind], signal),
    digest: (selection, signal) => digestLogs(client, selection, signal),
    find: (selection, field, values, signal) => findLogs(client, selection, field, values, signal),
    async unsearchable(kind, signal) {
      const waiting = slow[kind].size
      if (waiting === 0) return unsearchable(kind, signal)
      return `${waiting} indices of ${patterns[kind]} have lost shards: their new logs wait until those are back`
    },
  }
}

function pointsOf(index: string, { uuid, shards }: estypes.IndicesStatsIndicesStats): readonly ShardPoint[] {
  return Object.entries(shards ?? {}).flatMap(([shard, copies]) => {
    const points = copies.flatMap((copy): readonly ShardPoint[] => {
      const history: unknown = copy.commit?.user_data['history_uuid']
      const checkpoint = copy.seq_no?.global_checkpoint
      if (copy.routing?.primary !== true || uuid === undefined || typeof history !== 'string' || checkpoint === undefined) return []
      return [{ index, uuid, history, shard: Number(shard), checkpoint }]
    })
    // One primary; were there two for a moment, the lower one is certain.
    return points.sort((a, b) => a.checkpoint - b.checkpoint).slice(0, 1)
  })
}
