import type { FeedKey } from '../../domain/run/references.ts'

/** What lies in the state index about a life of a feed: one document for each kind. */
export type StateKind = 'state' | 'pull' | 'rejections'

/** Ids: the uid alone for the state itself (contract S-07), the uid and the kind for the others. */
export function stateId(kind: StateKind, feed: FeedKey): string {
  return kind === 'state' ? feed.uid : `${feed.uid}-${kind}`
}

/** The body is not indexed; what it names and who it belongs to is, for sweeps. */
export function stateDocument(
  kind: StateKind,
  feed: FeedKey,
  blobs: readonly string[],
  body: unknown,
  writtenAt: Date,
): Readonly<Record<string, unknown>> {
  const { cluster, name, uid } = feed
  return { kind, cluster, name, uid, blobs, written_at: writtenAt.toISOString(), body }
}

export function bodyOf(source: unknown): unknown {
  return typeof source === 'object' && source !== null && 'body' in source ? source.body : undefined
}
