import { freshState, type FeedState, type Pending, type PulledBody } from './state.ts'

/** A body that the store acknowledged, and when its host was asked for it: milliseconds since the epoch, the attempt's `lastAttemptAt`. */
export interface AcknowledgedBody extends PulledBody {
  readonly askedAt: number
}

/**
 * What a run goes on from: the state that an earlier one kept, and a body that came after that state was written. The earlier run was
 * terminated before it could say so; its host is not asked for that body again (contract S-07, P-12). A body of an attempt that the
 * state tells of was adopted or given up since.
 */
export function resume(uid: string, kept: FeedState | null, body: AcknowledgedBody | null): FeedState | null {
  if (body === null || body.askedAt <= (kept?.lastAttemptAt ?? -1)) return kept
  const { askedAt, snapshot, validators, pullHash, content, format, allowEmpty } = body
  const pending: Pending = { snapshot, validators, pullHash, content, format, allowEmpty, set: null }
  return { ...(kept ?? freshState(uid)), pending, attemptedPullHash: pullHash, lastAttemptAt: askedAt }
}
