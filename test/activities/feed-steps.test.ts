import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, it } from 'vitest'
import { createDisableFeed } from '../../activities/disable-feed.ts'
import { createObserveFeed } from '../../activities/observe-feed.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { memoryFeedApi } from '../fakes/memory-feed-api.ts'
import { memoryHeaderSource } from '../fakes/scripted-feed-host.ts'
import { run } from './world.ts'

const NEVER = new AbortController().signal
const environment = new MockActivityEnvironment()
const settings = { searchIntervalMs: 60_000, lookbackMs: 0, continueAfterEvents: 250, searchAttributes: false }

function key(uid: string) {
  return { cluster: 'c', name: 'a', uid }
}

describe('observing a feed', () => {
  it('L-05 tells a present, a replaced and an absent resource apart', async () => {
    const feeds = memoryFeedApi()
    const observe = createObserveFeed({ feeds, headers: memoryHeaderSource(), settings: () => settings })
    expect(await environment.run(observe, { feed: key('x') })).toEqual({ kind: 'absent' })
    const uid = feeds.put('a', { content: 'DomainNameSet' })
    expect(await environment.run(observe, { feed: key(uid) })).toMatchObject({
      kind: 'present',
      observed: { uid, content: 'DomainNameSet', enabled: true, periodMs: null, settings },
    })
    expect(await environment.run(observe, { feed: key('former') })).toEqual({ kind: 'replaced', uid })
  })

  it('L-05 an API server that is down is a failure and no absence', async () => {
    const feeds = { ...memoryFeedApi(), read: () => Promise.reject(new FeedFailure('ApiUnavailable', 'wait', 'down')) }
    await expect(environment.run(createObserveFeed({ feeds, headers: memoryHeaderSource(), settings: () => settings }), { feed: key('x') })).rejects.toMatchObject({ code: 'ApiUnavailable' })
  })
})

describe('what the headers of a feed refer to', () => {
  const secret = (name: string, key: string) => ({ name: 'X-Key', valueFrom: { secretKeyRef: { name: `globalthreatfeed-a-${name}`, key } } })
  const spec = (...headers: readonly object[]) => ({ pull: { http: { url: 'https://feeds.example/', headers } } })
  async function references(headers: Parameters<typeof createObserveFeed>[0]['headers'], written: Record<string, unknown>) {
    const feeds = memoryFeedApi()
    const uid = feeds.put('a', written)
    const seen = await run(createObserveFeed({ feeds, headers, settings: () => settings }), { feed: key(uid) })
    return seen.kind === 'present' ? seen.observed.references : seen
  }

  it('P-04 is seen to change with each write of an object, by no value', async () => {
    const both = spec(secret('one', 'k'), secret('two', 'k'), { name: 'X-Other', value: 'x' })
    const before = await references(memoryHeaderSource({ 'Secret/globalthreatfeed-a-one/k': 'canary' }), both)
    const after = await references(memoryHeaderSource({ 'Secret/globalthreatfeed-a-one/k': 'canary', 'Secret/globalthreatfeed-a-two/k': 'v' }), both)
    expect(before).toMatch(/^v1-[0-9a-f]{32}$/)
    expect(after).not.toBe(before)
    expect(await references(memoryHeaderSource({ 'Secret/globalthreatfeed-a-one/k': 'canary' }), both)).toBe(before)
    expect(await references(memoryHeaderSource(), spec({ name: 'X-Other', value: 'x' }))).toBeUndefined()
  })

  it('P-04 each object is asked for once, and one that may not be read or is missing costs no look', async () => {
    const asked: string[] = []
    const version = ({ name }: { readonly name: string }) => {
      asked.push(name)
      return Promise.resolve(null)
    }
    expect(await references({ version }, spec(secret('one', 'a'), secret('one', 'b'), secret('two', 'a')))).toMatch(/^v1-/)
    expect(asked).toEqual(['globalthreatfeed-a-one', 'globalthreatfeed-a-two'])
  })

  it('P-04 an API server that is down fails the look, which is tried again', async () => {
    const version = () => Promise.reject(new FeedFailure('ApiUnavailable', 'wait', 'down'))
    await expect(references({ version }, spec(secret('one', 'a')))).rejects.toMatchObject({ code: 'ApiUnavailable' })
  })
})

describe('disabling a feed', () => {
  it('L-06 writes the mode, for the life of the feed that is meant only', async () => {
    const feeds = memoryFeedApi()
    const uid = feeds.put('a', {})
    expect(await environment.run(createDisableFeed({ feeds }), { feed: key('former') })).toBe('replaced')
    expect((await feeds.read('a', NEVER))?.object['spec']).toEqual({})
    expect(await environment.run(createDisableFeed({ feeds }), { feed: key(uid) })).toBe('disabled')
    expect((await feeds.read('a', NEVER))?.object['spec']).toEqual({ mode: 'Disabled' })
  })
})
