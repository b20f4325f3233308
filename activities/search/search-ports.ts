import { type Calibration, UNCALIBRATED } from '../../domain/search/calibration.ts'
import type { FieldValues } from '../../domain/search/log.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { LogStore, Searched } from '../ports/log-store.ts'
import type { WindowStore } from '../ports/window-store.ts'
import { createCache, type Cache } from './cache.ts'
import { createWindowCutter, type WindowCutter } from './cut-window.ts'
import { createMatcherCache, type MatcherCache } from './matcher-cache.ts'

export interface SearchPorts {
  readonly windows: WindowStore
  readonly logs: LogStore
  readonly events: EventStore
  readonly blobs: Pick<BlobStore, 'get'>
  /** Milliseconds that never go back. */
  readonly clock: () => number
  readonly now: () => Date
  /** A few random characters, for the names of windows. */
  readonly random: () => string
}

/** Distinct values of one slice of logs. */
export type Digest = Searched<readonly FieldValues[]>

/** What all searches of a worker share: one cut, one digest, one copy of a set for all its feeds. */
export interface SearchTools {
  readonly cutter: WindowCutter
  readonly matchers: MatcherCache
  readonly digests: Cache<Digest>
  /** Why the logs of a window cannot match, by window. */
  readonly unsearchable: Cache<string | null>
  /** What searches have cost of late, beside what was expected. */
  readonly calibration: { current: Calibration }
}

/** Digests of a busy minute are 1 MB; those of the newest windows of both kinds, and one large catching up, fit. */
const DIGESTS_BUDGET_BYTES = 128 * 1024 * 1024
/** Answers on windows, one each: those of the last hour. */
const UNSEARCHABLE_KEPT = 128

export function createSearchTools(ports: SearchPorts): SearchTools {
  return {
    cutter: createWindowCutter(ports),
    matchers: createMatcherCache(ports.blobs),
    digests: createCache<Digest>(DIGESTS_BUDGET_BYTES, digestBytes),
    unsearchable: createCache<string | null>(UNSEARCHABLE_KEPT, () => 1),
    calibration: { current: UNCALIBRATED },
  }
}

/** About what V8 holds for a short string: its characters and a header with the array's slot. */
function digestBytes({ found }: Digest): number {
  return found.reduce((sum, { values }) => sum + values.reduce((bytes, value) => bytes + value.length + 32, 0), 64)
}
