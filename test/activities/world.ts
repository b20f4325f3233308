import type { Info } from '@temporalio/activity'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import type { BlobRef, FeedKey } from '../../domain/run/references.ts'
import { readFeed } from '../../domain/feed/read-feed.ts'
import { pullHash } from '../../domain/feed/hashes.ts'
import { freshState, type FeedState, type Version } from '../../domain/run/state.ts'
import type { PullRecord } from '../../activities/ports/blob-store.ts'
import type { StoreInput } from '../../domain/run/steps.ts'
import type { IndicatorSet, SetRef } from '../../domain/sets/indicator-set.ts'
import type { Content } from '../../domain/feed/content.ts'
import { memoryBlobStore, type MemoryBlobStore } from '../fakes/memory-blob-store.ts'
import { memoryFeedApi } from '../fakes/memory-feed-api.ts'
import { memorySetStore } from '../fakes/memory-set-store.ts'
import { memoryPullRecords, memoryRejectionReports, memoryStateIndex, memoryStateStore } from '../fakes/memory-state-store.ts'
import { signal, setOf } from '../adapters/elasticsearch/stores.ts'
import { HTTP_SETTINGS, readHttpSettings } from '../../adapters/http/settings.ts'
import { SettingsReader } from '../../adapters/settings/settings-reader.ts'

export const URL_WITH_KEY = 'https://feeds.example/list.txt?key=canary'
export const PULL_SPEC = { content: 'IPSet', pull: { period: '1h', http: { url: URL_WITH_KEY } } }

/** As they are where nothing is set. */
const http = readHttpSettings(new SettingsReader({}, HTTP_SETTINGS))

/** Every port in memory, and one feed. */
export function world(name = 'my-feed') {
  const index = memoryStateIndex()
  const feeds = memoryFeedApi()
  const key = (spec: Record<string, unknown>): FeedKey => ({ cluster: 'cluster', name, uid: feeds.put(name, spec) })
  return {
    index,
    feeds,
    sets: memorySetStore(),
    blobs: memoryBlobStore(),
    states: memoryStateStore(index),
    pulls: memoryPullRecords(index),
    reports: memoryRejectionReports(index),
    now: () => new Date('2026-05-06T07:08:09.123Z'),
    limits: { attemptMs: http.attemptMs, streamBytes: http.bodyBytes, jsonBytes: http.jsonBytes },
    /** Applies the resource. @returns its life. */
    apply: key,
    async pullHash(): Promise<string> {
      const found = await feeds.read(name, signal())
      return pullHash(readFeed(found?.object).feed)
    },
    async blobText({ sha256 }: SetRef): Promise<string> {
      return new TextDecoder().decode(this.blobs.blobs.get(sha256))
    },
  }
}
export type World = ReturnType<typeof world>

/** Without the log line of each step that fails as it should. */
export function environment(info: Partial<Info> = {}): MockActivityEnvironment {
  return new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') })
}

/** Runs a step as Temporal does, but for its failures, which come as they are thrown. */
export function run<Input, Output>(step: (input: Input) => Promise<Output>, input: Input): Promise<Output> {
  return environment().run(step, input)
}

export async function save(blobs: MemoryBlobStore, members: readonly string[], content: Content = 'IPSet'): Promise<SetRef> {
  const set = setOf(members, content)
  blobs.blobs.set(set.sha256, set.text)
  return refOf(set)
}

export function refOf({ sha256, members }: IndicatorSet): SetRef {
  return { sha256, members }
}

export function versionOf(set: SetRef, changes: Partial<Version> = {}): Version {
  return {
    set,
    content: 'IPSet',
    pullHash: 'v1-earlier',
    adoptedAt: '2026-01-01T00:00:00Z',
    document: { seqNo: 0, primaryTerm: 1 },
    validators: null,
    ...changes,
  }
}

export function recordOf(snapshot: BlobRef, changes: Partial<PullRecord> = {}): PullRecord {
  const body = { snapshot, validators: null, pullHash: 'h', content: 'IPSet', format: { kind: 'newline' }, allowEmpty: false } as const
  return { pullKey: 'k', askedAt: 1_000, host: 'h', ...body, ...changes }
}

export function stateOf(feed: FeedKey, changes: Partial<FeedState> = {}): FeedState {
  return { ...freshState(feed.uid), cursor: { number: 5, id: 'window-5' }, ...changes }
}

export function pullInput(feed: FeedKey, set: SetRef, pullHashOf: string, changes: Partial<StoreInput> = {}): StoreInput {
  return {
    feed,
    content: 'IPSet',
    set,
    source: { kind: 'pull', pullHash: pullHashOf, validators: { etag: '"2"' }, snapshot: null },
    state: stateOf(feed),
    lookbackMs: 3_600_000,
    ...changes,
  }
}
