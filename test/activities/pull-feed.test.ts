import { describe, expect, it } from 'vitest'
import { createPullFeed } from '../../activities/pull-feed.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import type { PullInput } from '../../domain/run/steps.ts'
import { bodyAnswer, memoryHeaderSource, scriptedFeedHost } from '../fakes/scripted-feed-host.ts'
import { setOf } from '../adapters/elasticsearch/stores.ts'
import { PULL_SPEC, URL_WITH_KEY, run, save, world, type World } from './world.ts'

const BODY = '1.2.3.4\n5.6.7.8\n'

async function inputOf(from: World, feed: FeedKey, changes: Partial<PullInput> = {}): Promise<PullInput> {
  return { feed, pullHash: await from.pullHash(), validators: null, document: null, pullKey: 'attempt-1', askedAt: 1_000, ...changes }
}

function withHeaders(...headers: readonly Record<string, unknown>[]) {
  return { ...PULL_SPEC, pull: { ...PULL_SPEC.pull, http: { url: URL_WITH_KEY, headers } } }
}

const SECRET = { name: 'globalthreatfeed-my-feed-token', key: 'token' }

describe('pullFeed', () => {
  it('P-01 stores the body and tells what parsing needs', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    const host = scriptedFeedHost(() => bodyAnswer(BODY, { etag: '"1"' }))
    const input = await inputOf(from, feed)
    const output = await run(createPullFeed({ ...from, headers: memoryHeaderSource(), host }), input)
    expect(output).toEqual({
      outcome: 'pulled',
      host: 'feeds.example',
      snapshot: { sha256: setOf([BODY]).sha256, bytes: BODY.length, made: expect.objectContaining({ primaryTerm: 1 }) },
      validators: { etag: '"1"' },
      pullHash: input.pullHash,
      content: 'IPSet',
      format: { kind: 'newline' },
      allowEmpty: false,
    })
    expect(await from.blobText({ sha256: setOf([BODY]).sha256, members: 0 })).toBe(BODY)
  })

  it('T-04 gives out neither url nor header values', async () => {
    const from = world()
    const feed = from.apply(withHeaders({ name: 'X-Key', value: 'canary' }, { name: 'Authorization', valueFrom: { secretKeyRef: SECRET } }))
    const host = scriptedFeedHost(() => bodyAnswer(BODY))
    const headers = memoryHeaderSource({ [`Secret/${SECRET.name}/token`]: 'canary-token' })
    const output = await run(createPullFeed({ ...from, headers, host }), await inputOf(from, feed))
    expect(host.requests[0]).toMatchObject({ url: URL_WITH_KEY, headers: [['X-Key', 'canary'], ['Authorization', 'canary-token']] })
    expect(JSON.stringify(output)).not.toContain('canary')
    expect(JSON.stringify([...from.index.pulls.values()])).not.toContain('canary')
  })

  it.each([
    ['IPSet', '1h', undefined, 300_000, 512 * 1024 * 1024],
    ['IPSet', '5m', undefined, 150_000, 512 * 1024 * 1024],
    ['IPSet', '1h', { json: { path: '$' } }, 300_000, 64 * 1024 * 1024],
  ])('P-07 bounds time and bytes of a pull (%s, %s)', async (content, period, format, timeoutMs, maxBytes) => {
    const from = world()
    const feed = from.apply({ content, pull: { period, http: { url: URL_WITH_KEY, ...(format === undefined ? {} : { format }) } } })
    const host = scriptedFeedHost(() => bodyAnswer(BODY))
    await run(createPullFeed({ ...from, headers: memoryHeaderSource(), host }), await inputOf(from, feed))
    expect(host.requests[0]).toMatchObject({ timeoutMs, maxBytes })
  })

  it.each([
    [undefined, 7],
    [{ json: { path: '$' } }, 5],
  ])('P-07 takes its limits from the configuration (%j)', async (format, maxBytes) => {
    const from = world()
    const feed = from.apply({ content: 'IPSet', pull: { period: '1h', http: { url: URL_WITH_KEY, ...(format === undefined ? {} : { format }) } } })
    const host = scriptedFeedHost(() => bodyAnswer(BODY))
    const limits = { attemptMs: 1234, streamBytes: 7, jsonBytes: 5 }
    await run(createPullFeed({ ...from, headers: memoryHeaderSource(), host, limits }), await inputOf(from, feed))
    expect(host.requests[0]).toMatchObject({ timeoutMs: 1234, maxBytes })
  })

  it('P-05 reads what headers refer to anew at each pull', async () => {
    const from = world()
    const feed = from.apply(withHeaders({ name: 'Authorization', valueFrom: { secretKeyRef: SECRET } }))
    const host = scriptedFeedHost(() => bodyAnswer(BODY))
    const values: Record<string, string> = {}
    const pull = createPullFeed({ ...from, headers: memoryHeaderSource(values), host })
    for (const token of ['one', 'two']) {
      values[`Secret/${SECRET.name}/token`] = token
      await run(pull, await inputOf(from, feed, { pullKey: token }))
    }
    expect(host.requests.map(({ headers }) => headers)).toEqual([[['Authorization', 'one']], [['Authorization', 'two']]])
  })

  it('P-03 sends validators only while the stored document is the one they came with and the set is there', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    const host = scriptedFeedHost(() => bodyAnswer(BODY))
    const pull = createPullFeed({ ...from, headers: memoryHeaderSource(), host })
    const document = from.sets.push('IPSet', 'my-feed', { ips: [] })
    const set = await save(from.blobs, ['1.2.3.4/32'])
    const validators = { etag: '"1"' }
    const asked = async (changes: Partial<PullInput>) => {
      await run(pull, await inputOf(from, feed, { validators, document, set, pullKey: String(host.requests.length), ...changes }))
      return host.requests.at(-1)?.validators
    }
    expect(await asked({})).toEqual(validators)
    expect(await asked({ document: null })).toBeNull()
    expect(await asked({ set: { sha256: 'lost', members: 1 } })).toBeNull()
    from.sets.push('IPSet', 'my-feed', { ips: ['6.6.6.6/32'] })
    expect(await asked({})).toBeNull()
    from.sets.documents.clear()
    expect(await asked({})).toBeNull()
  })

  it('P-03 takes a 304 for an answer only when it asked for one', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    const pull = createPullFeed({ ...from, headers: memoryHeaderSource(), host: scriptedFeedHost(() => ({ kind: 'not-modified' })) })
    const document = from.sets.push('IPSet', 'my-feed', { ips: [] })
    expect(await run(pull, await inputOf(from, feed, { validators: { etag: '"1"' }, document }))).toEqual({ outcome: 'not-modified', host: 'feeds.example' })
    await expect(run(pull, await inputOf(from, feed))).rejects.toMatchObject({ code: 'PullFailed' })
    expect(from.index.pulls.size).toBe(0)
  })

  it('P-04 leaves out a header whose optional reference is missing', async () => {
    const from = world()
    const optional = { name: 'Authorization', valueFrom: { secretKeyRef: { ...SECRET, optional: true } } }
    const feed = from.apply(withHeaders(optional, { name: 'X-Other', value: 'x' }))
    const host = scriptedFeedHost(() => bodyAnswer(BODY))
    await run(createPullFeed({ ...from, headers: memoryHeaderSource(), host }), await inputOf(from, feed))
    expect(host.requests[0]?.headers).toEqual([['X-Other', 'x']])
  })

  it('P-04 asks for nothing when required references are missing, and names every object and key', async () => {
    const from = world()
    const second = { name: 'globalthreatfeed-my-feed-config', key: 'agent' }
    const feed = from.apply(
      withHeaders({ name: 'Authorization', valueFrom: { secretKeyRef: SECRET } }, { name: 'X-Agent', valueFrom: { configMapKeyRef: second } }),
    )
    const host = scriptedFeedHost(() => bodyAnswer(BODY))
    const failure = run(createPullFeed({ ...from, headers: memoryHeaderSource(), host }), await inputOf(from, feed))
    await expect(failure).rejects.toMatchObject({
      code: 'PullFailed',
      fields: { unasked: true },
      failureClass: 'user',
      message: expect.stringContaining(
        'key token of Secret globalthreatfeed-my-feed-token (header Authorization), key agent of ConfigMap globalthreatfeed-my-feed-config (header X-Agent)',
      ),
    })
    expect(host.requests).toEqual([])
  })

  it('V-15 reads no reference outside the prefix of the feed', async () => {
    const from = world()
    const feed = from.apply(withHeaders({ name: 'Authorization', valueFrom: { secretKeyRef: { name: 'kube-root', key: 'token' } } }))
    const host = scriptedFeedHost(() => bodyAnswer(BODY))
    const headers = memoryHeaderSource({ 'Secret/kube-root/token': 'canary' })
    await run(createPullFeed({ ...from, headers, host }), await inputOf(from, feed)).catch(() => undefined)
    expect(host.requests.flatMap((request) => request.headers)).toEqual([])
  })

  it('P-12 does not ask the host again for a body that was acknowledged under the same key', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    const host = scriptedFeedHost(() => bodyAnswer(BODY, { etag: '"1"' }))
    const pull = createPullFeed({ ...from, headers: memoryHeaderSource(), host })
    const first = await run(pull, await inputOf(from, feed))
    from.blobs.refuses.writes = true
    expect(await run(pull, await inputOf(from, feed))).toEqual(first)
    expect(host.requests).toHaveLength(1)
    from.blobs.refuses.writes = false
    await run(pull, await inputOf(from, feed, { pullKey: 'attempt-2' }))
    expect(host.requests).toHaveLength(2)
  })

  it('P-12 asks for no body while the store takes no writes', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    from.blobs.refuses.writes = true
    const host = scriptedFeedHost(() => bodyAnswer(BODY))
    const pull = run(createPullFeed({ ...from, headers: memoryHeaderSource(), host }), await inputOf(from, feed))
    await expect(pull).rejects.toMatchObject({ code: 'StoreFailed', fields: expect.not.objectContaining({ asked: true }) })
    expect(host.requests).toEqual([])
  })

  it.each(['body', 'record'] as const)('P-06 P-12 tells that the host was asked, and does not ask at once, when the store refuses the %s alone', async (refused) => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    const host = scriptedFeedHost(() => bodyAnswer(BODY))
    const refuse = () => Promise.reject(new FeedFailure('StoreFailed', 'retry', 'it answered 413'))
    const stores = refused === 'body' ? { blobs: { ...from.blobs, put: refuse } } : { pulls: { ...from.pulls, write: refuse } }
    const pull = run(createPullFeed({ ...from, ...stores, headers: memoryHeaderSource(), host }), await inputOf(from, feed))
    await expect(pull).rejects.toMatchObject({ code: 'StoreFailed', failureClass: 'wait', message: 'it answered 413', fields: { asked: true } })
    expect(host.requests).toHaveLength(1)
  })

  it('P-12 asks for no body while the store takes no pull record', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    const refuse = () => Promise.reject(new FeedFailure('StoreFailed', 'user', 'the index takes no writes'))
    const pulls = { ...from.pulls, assertWritable: refuse, write: refuse }
    const host = scriptedFeedHost(() => bodyAnswer(BODY))
    const pull = run(createPullFeed({ ...from, pulls, headers: memoryHeaderSource(), host }), await inputOf(from, feed))
    await expect(pull).rejects.toMatchObject({ code: 'StoreFailed' })
    expect(host.requests).toEqual([])
  })

  it('L-03 asks for nothing when the resource is no longer what the run saw', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    const host = scriptedFeedHost(() => bodyAnswer(BODY))
    const pull = createPullFeed({ ...from, headers: memoryHeaderSource(), host })
    const input = await inputOf(from, feed)
    await expect(run(pull, { ...input, pullHash: 'v1-other' })).rejects.toMatchObject({ code: 'SpecChanged' })
    from.apply(PULL_SPEC)
    await expect(run(pull, input)).rejects.toMatchObject({ code: 'SpecChanged' })
    from.feeds.delete('my-feed')
    await expect(run(pull, input)).rejects.toMatchObject({ code: 'SpecChanged' })
    expect(host.requests).toEqual([])
  })

  it('P-07 passes on what breaks while the body comes, and keeps and acknowledges nothing of it', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    const broken = (async function* () {
      yield new TextEncoder().encode(BODY)
      throw new FeedFailure('PullFailed', 'wait', 'the body broke off', { status: 200 })
    })()
    const host = scriptedFeedHost(() => ({ kind: 'body', body: broken, contentType: null, validators: null }))
    const pull = run(createPullFeed({ ...from, headers: memoryHeaderSource(), host }), await inputOf(from, feed))
    await expect(pull).rejects.toMatchObject({ code: 'PullFailed', message: 'the body broke off' })
    expect([from.index.pulls.size, from.blobs.blobs.size]).toEqual([0, 0])
  })
})
