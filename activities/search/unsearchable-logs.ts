import type { LogKind } from '../../domain/feed/content.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { WindowCursor } from '../../domain/search/window.ts'
import type { LogStore } from '../ports/log-store.ts'
import { untilAborted } from './abort.ts'
import { createCache } from './cache.ts'
import { DIGEST_TIMEOUT_MS } from './slice-limits.ts'
import { tellOnce } from './tell-once.ts'

/** Why the logs up to a window cannot match, or null (contract Q-11): asked for once, for all feeds of a worker. */
export interface UnsearchableLogs {
  /**
   * What was said last where it cannot be asked now: whoever asks has searched by then, and is not to lose that.
   * @param keepMs as Cache.get has it
   */
  why(kind: LogKind, to: WindowCursor, keepMs: number, signal: AbortSignal): Promise<string | null>
}

/** Answers on windows, one each: those of the last hour. */
const KEPT = 128

/** @param clock milliseconds that never go back. */
export function createUnsearchableLogs(logs: Pick<LogStore, 'unsearchable'>, clock: () => number): UnsearchableLogs {
  const answers = createCache<string | null>({ budgetBytes: KEPT, bytesOf: () => 1, clock })
  const last = new Map<LogKind, string | null>()
  const tell = tellOnce()
  return {
    async why(kind, to, keepMs, signal) {
      try {
        const asked = answers.get(`${kind} ${to.id}`, keepMs, () => logs.unsearchable(kind, AbortSignal.timeout(DIGEST_TIMEOUT_MS)))
        const answer = await untilAborted(asked, signal)
        last.set(kind, answer)
        return answer
      } catch (error) {
        if (!(error instanceof FeedFailure)) throw error
        tell(`${kind} ${error.message}`, 'Whether the newest logs can match is not known', { kind, failure: error.message })
        return last.get(kind) ?? null
      }
    },
  }
}
