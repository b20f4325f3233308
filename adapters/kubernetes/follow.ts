import { setTimeout as pause } from 'node:timers/promises'
import { FeedFailure } from '../../domain/failure.ts'
import { identityOf, pageOf, record, text } from './answer.ts'
import { type ApiServer, unavailable } from './api-server.ts'
import { BACKOFF_MAX_MS, BACKOFF_MIN_MS, ENDED_AT_ONCE_MS, HEALTHY_AFTER_MS, LIST_MAX_OBJECTS, PAGE_MAX_BYTES, RELIST_MS, WATCH_GRACE_MS } from './limits.ts'

/** What is followed: all objects of a path, or those that a selector takes. */
export interface Source {
  /** For messages: `feeds`, `secrets`. */
  readonly title: string
  /** Found anew at each list: the group may not be served yet. */
  readonly path: (signal: AbortSignal) => Promise<string>
  readonly query?: Readonly<Record<string, string>>
  readonly pageSize: number
  /** Ask for metadata alone: labels and annotations, and never a value. */
  readonly metadataOnly: boolean
}

/** Where the changes go, one after the other; what these throw ends the following. */
export interface Follower<T> {
  /** Keeps of an object what is needed of it. Lists hold only this in memory. */
  readonly take: (object: unknown) => T
  /** After each complete list. */
  readonly listed: (objects: readonly T[]) => Promise<void>
  readonly changed: (object: T) => Promise<void>
  readonly deleted: (object: T) => Promise<void>
  /** A list or a watch that failed and is started again after a pause. */
  readonly failed: (failure: FeedFailure) => void
}

export interface FollowOptions {
  /** Milliseconds. @default {@link RELIST_MS} */
  readonly relistMs?: number
  /** Milliseconds of the first pause after a failure. @default {@link BACKOFF_MIN_MS} */
  readonly backoffMs?: number
}

const PARTIAL = 'g=meta.k8s.io;v=v1,application/json'
/** Ask for metadata alone, of one object and of each in a list. */
const METADATA = `application/json;as=PartialObjectMetadata;${PARTIAL}`
export const METADATA_LIST = `application/json;as=PartialObjectMetadataList;${PARTIAL}`

/**
 * Lists, watches from there, lists again when it is time or when something went wrong, until aborted. An expired version (410), a
 * server that is down and a kind that is not served are all the same: a pause, and a new list.
 */
export async function follow<T>(
  server: ApiServer,
  source: Source,
  follower: Follower<T>,
  signal: AbortSignal,
  { relistMs = RELIST_MS, backoffMs = BACKOFF_MIN_MS }: FollowOptions = {},
): Promise<void> {
  let failures = 0
  for (;;) {
    signal.throwIfAborted()
    const startedAt = performance.now()
    const failure = await once(server, source, follower, signal, relistMs)
    if (failure === null) {
      failures = 0
      continue
    }
    follower.failed(failure)
    failures = performance.now() - startedAt > HEALTHY_AFTER_MS ? 1 : failures + 1
    // Half of it by chance, so that the worker's watches do not come back as one.
    const longest = Math.min(backoffMs * 2 ** (failures - 1), BACKOFF_MAX_MS)
    await pause(longest * (0.5 + Math.random() / 2), undefined, { signal })
  }
}

/** One list and the watches after it. @returns what ended it before its time. */
async function once<T>(
  server: ApiServer,
  source: Source,
  follower: Follower<T>,
  signal: AbortSignal,
  relistMs: number,
): Promise<FeedFailure | null> {
  const relistAt = performance.now() + relistMs
  const listed = await tried(() => listAll(server, source, follower.take, signal))
  if (listed instanceof FeedFailure) return listed
  await follower.listed(listed.objects)
  let version = listed.resourceVersion
  for (;;) {
    // A watch that the server ended early goes on where it was; bookmarks keep that place fresh.
    const seconds = Math.ceil((relistAt - performance.now()) / 1000)
    if (seconds <= 0) return null
    const request = watchRequest(source, await source.path(signal), version, seconds)
    const openedAt = performance.now()
    let isEmpty = true
    const events = server.stream(request, signal)
    try {
      for (;;) {
        const event = await tried(async () => {
          const next = await events.next()
          return next.done === true ? null : readEvent(next.value, source.title, follower.take)
        })
        if (event instanceof FeedFailure) return event
        if (event === null) break
        isEmpty = false
        version = event.version
        if (event.kind === 'changed') await follower.changed(event.object)
        if (event.kind === 'deleted') await follower.deleted(event.object)
      }
    } finally {
      await events.return()
    }
    // As a proxy in trouble answers: without a pause it would be asked as fast as it can.
    if (isEmpty && performance.now() - openedAt < ENDED_AT_ONCE_MS) return unavailable(`ended a watch of ${source.title} at once`)
  }
}

type WatchEvent<T> =
  | { readonly kind: 'changed' | 'deleted'; readonly version: string; readonly object: T }
  | { readonly kind: 'bookmark'; readonly version: string }

/** @throws FeedFailure `ApiUnavailable` for an error that the server sends instead of an event, as for an expired version. */
function readEvent<T>(line: unknown, title: string, take: (object: unknown) => T): WatchEvent<T> {
  const { type, object } = record(line)
  const version = text(record(record(object)['metadata'])['resourceVersion'])
  if (type === 'ADDED' || type === 'MODIFIED') return { kind: 'changed', version, object: take(object) }
  if (type === 'DELETED') return { kind: 'deleted', version, object: take(object) }
  if (type === 'BOOKMARK') return { kind: 'bookmark', version }
  throw unavailable(`ended a watch of ${title} (${String(Number(record(object)['code']))})`)
}

function watchRequest(source: Source, path: string, resourceVersion: string, seconds: number) {
  return {
    method: 'GET' as const,
    path,
    query: { ...source.query, watch: 'true', allowWatchBookmarks: 'true', resourceVersion, timeoutSeconds: String(seconds) },
    timeoutMs: seconds * 1000 + WATCH_GRACE_MS,
    ...(source.metadataOnly ? { accept: METADATA } : {}),
  }
}

async function listAll<T>(server: ApiServer, source: Source, take: (object: unknown) => T, signal: AbortSignal) {
  const path = await source.path(signal)
  const objects: T[] = []
  let token = ''
  let resourceVersion: string
  do {
    const query = { ...source.query, limit: String(source.pageSize), ...(token === '' ? {} : { continue: token }) }
    const accept = source.metadataOnly ? { accept: METADATA_LIST } : {}
    const answer = await server.request({ method: 'GET', path, query, maxBytes: PAGE_MAX_BYTES, ...accept }, signal)
    const page = pageOf(answer, source.title)
    if (objects.length + page.items.length > LIST_MAX_OBJECTS) throw unavailable(`lists more than ${LIST_MAX_OBJECTS} ${source.title}`)
    for (const item of page.items) objects.push(take(item))
    token = page.token
    resourceVersion = page.resourceVersion
  } while (token !== '')
  return { objects, resourceVersion }
}

/** Failures of the server as values, so that those of the follower are not taken for them. */
async function tried<T>(work: () => Promise<T>): Promise<T | FeedFailure> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof FeedFailure) return error
    throw error
  }
}

/** What metadata alone tells of an object. */
export function takeMetadata(object: unknown) {
  return { ...identityOf(object), labels: record(record(record(object)['metadata'])['labels']) }
}
