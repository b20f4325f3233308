import type { Client, estypes } from '@elastic/elasticsearch'
import type { LogStore } from '../../activities/ports/log-store.ts'
import type { LogKind } from '../../domain/feed/content.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { ShardPoint } from '../../domain/search/window.ts'
import { ask } from './client.ts'
import { digestLogs } from './log-digest.ts'
import { findLogs } from './log-find.ts'
import { hiddenNames } from './log-hidden.ts'
import { logNumbering, type LogNumbering } from './log-numbering.ts'
import { missingLogPrivileges } from './log-privileges.ts'
import { createRefusals, type Refusals } from './log-refusals.ts'
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
  const numbering: Readonly<Record<LogKind, LogNumbering>> = { flow: logNumbering(client, patterns.flow), dns: logNumbering(client, patterns.dns) }
  const refusals: Readonly<Record<LogKind, Refusals>> = { flow: createRefusals(clock), dns: createRefusals(clock) }
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
      const failed = answer._shards?.failed ?? 'some'
      if (failed !== 0) throw new FeedFailure('SearchFailed', 'wait', `${failed} shards of ${patterns[kind]} did not tell their checkpoints`)
      const indices = Object.entries(answer.indices ?? {})
      const missing = indices.length > 0 ? [] : await ask(asking, signal, (aborted) => missingLogPrivileges(client, patterns[kind], aborted))
      if (missing.length > 0) {
        throw new FeedFailure('SearchFailed', 'user', `The account in Elasticsearch lacks the index privileges [${missing.join(',')}] on ${patterns[kind]}`)
      }
      const uuids = new Map(indices.flatMap(([index, { uuid }]) => (uuid === undefined ? [] : [[index, uuid] as const])))
      const without = await ask(asking, signal, (aborted) => numbering[kind].without(uuids, aborted))
      return indices.flatMap(([index, stats]) => (without.has(index) ? [] : pointsOf(index, stats)))
    },

    refresh: (kind, points, signal) => refreshIndices(client, points, slow[kind], signal),
    digest: (selection, signal, take) => digestLogs(client, selection, refusals[selection.kind], signal, take),
    find: (selection, by, signal) => findLogs(client, selection, by, refusals[selection.kind], signal),
    async unsearchable(kind, signal) {
      const reasons = [lostShards(slow[kind], patterns[kind]), withoutNumbers(numbering[kind].last, patterns[kind]), refusals[kind].said(patterns[kind])]
      if (slow[kind].size === 0) reasons.push(await unsearchable(kind, signal))
      if (kind === 'dns') reasons.push(await hiddenNames(client, patterns[kind], signal))
      const said = reasons.filter((reason) => reason !== null)
      return said.length === 0 ? null : said.join('. ')
    },
  }
}

function lostShards({ size }: ReadonlySet<string>, pattern: string): string | null {
  return size === 0 ? null : `${size} indices of ${pattern} have lost shards: their new logs wait until those are back`
}

function withoutNumbers(indices: ReadonlySet<string>, pattern: string): string | null {
  if (indices.size === 0) return null
  const [first = ''] = indices
  const which = indices.size === 1 ? first : `${indices.size} indices of ${pattern}, among them ${first},`
  return `The logs in ${which} cannot be searched, since they have no sequence numbers: take index.disable_sequence_numbers out of the index template and roll over`
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
