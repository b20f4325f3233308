import { type Calibration, UNCALIBRATED } from '../../domain/search/calibration.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { LogStore } from '../ports/log-store.ts'
import type { WindowStore } from '../ports/window-store.ts'
import { createWindowCutter, type WindowCutter } from './cut-window.ts'
import { createDigestCache, type DigestCache } from './digest-cache.ts'
import { createMatcherCache, type MatcherCache } from './matcher-cache.ts'
import { BACKWARD_PLACES, FORWARD_PLACES } from './slice-limits.ts'
import { createPlaces, type Places } from './turns.ts'
import { createUnsearchableLogs, type UnsearchableLogs } from './unsearchable-logs.ts'

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

/** What all searches of a worker share: one cut, one digest, one copy of a set for all its feeds. */
export interface SearchTools {
  readonly cutter: WindowCutter
  readonly matchers: MatcherCache
  readonly digests: DigestCache
  readonly unsearchable: UnsearchableLogs
  /** What searches have cost of late, beside what was expected. */
  readonly calibration: { current: Calibration }
  /** For searches that last. */
  readonly forwardPlaces: Places
  readonly backwardPlaces: Places
}

export function createSearchTools(ports: SearchPorts): SearchTools {
  const { clock } = ports
  return {
    cutter: createWindowCutter(ports),
    matchers: createMatcherCache(ports.blobs, { clock }),
    digests: createDigestCache(ports.logs, { clock }),
    unsearchable: createUnsearchableLogs(ports.logs, clock),
    calibration: { current: UNCALIBRATED },
    forwardPlaces: createPlaces(FORWARD_PLACES),
    backwardPlaces: createPlaces(BACKWARD_PLACES),
  }
}
