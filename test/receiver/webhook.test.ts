import { createHmac } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { receiver } from '../../receiver/app.ts'
import { Problem } from '../../receiver/problem.ts'
import { refreshFeed, type RefreshFeed } from '../../receiver/refresh-feed.ts'
import { readReceiverSettings } from '../../receiver/settings.ts'
import { Turns } from '../../receiver/turns.ts'

const NOW = new Date('2026-02-03T04:05:06Z')
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const NEXT_SECRET = 'a-secret-that-is-no-base64-0123456789'
const SETTINGS = {
  RECEIVER_FEEDS: JSON.stringify({
    pulled: { content: 'IPSet', tokens: [{ secretName: 'TOKEN' }], webhookSecrets: [{ secretName: 'OLD' }, { secretName: 'NEW' }] },
    unsigned: { content: 'IPSet', tokens: [{ secretName: 'TOKEN' }] },
  }),
  TOKEN: 'a-token-of-some-length-0123456789',
  OLD: SECRET,
  NEW: NEXT_SECRET,
  ELASTICSEARCH_URL: 'https://elasticsearch.example',
  TEMPORAL_HTTP_URL: 'https://temporal.example:7243',
}

const read = readReceiverSettings(SETTINGS)
if (!read.ok) throw new Error(read.problems.join())
const { settings } = read
const parts = { feeds: settings.feeds, limits: settings.limits, turns: new Turns(2) }

interface Message {
  readonly id?: string
  readonly at?: number
  readonly body?: string
  readonly secret?: string | Uint8Array
  readonly signed?: string
  readonly signature?: string
  readonly without?: string
}

const KEY = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')

function message({ id = 'msg_1', at = NOW.getTime() / 1000, body = '{"type":"list.updated"}', secret = KEY, signed = body, signature, without = 'x-nothing' }: Message): Request {
  const digest = createHmac('sha256', secret).update(`${id}.${String(at)}.${signed}`).digest('base64')
  const headers = new Headers({ 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signature ?? `v1,${digest}` })
  headers.delete(without)
  return new Request('http://receiver.example/feeds/pulled/refresh', { method: 'POST', body, headers })
}

interface Asked {
  readonly name: string
  readonly key: string
}

async function send(given: Message, name = 'pulled'): Promise<{ readonly answer: Response | Problem; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = []
  const refresh: RefreshFeed = async (feed, key) => {
    asked.push({ name: feed, key })
    return { outcome: 'requested', message: 'the feed is asked to refresh' }
  }
  const answer = await refreshFeed(message(given), name, { ...parts, refresh, now: () => NOW }).catch((error: unknown) => {
    if (error instanceof Problem) return error
    throw error
  })
  return { answer, asked }
}

describe('a webhook', () => {
  it('L-04 that is signed refreshes its feed', async () => {
    const { answer, asked } = await send({})
    expect(answer instanceof Response && [answer.status, await answer.json()]).toEqual([202, { feed: 'pulled', outcome: 'requested', message: 'the feed is asked to refresh' }])
    expect(asked).toEqual([{ name: 'pulled', key: expect.stringMatching(/^[0-9a-f]{64}$/) }])
  })

  it('verifies the example of Standard Webhooks', async () => {
    const headers = { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' }
    const request = new Request('http://receiver.example/', { method: 'POST', body: '{"test": 2432232314}', headers })
    const keys: string[] = []
    const refresh: RefreshFeed = async (_, key) => {
      keys.push(key)
      return { outcome: 'requested', message: '' }
    }
    await refreshFeed(request, 'pulled', { ...parts, refresh, now: () => new Date(1614265330_000) })
    expect(keys).toHaveLength(1)
  })

  it('may be signed with any of the secrets of its feed, and have several signatures', async () => {
    expect((await send({ secret: NEXT_SECRET })).asked).toHaveLength(1)
    const right = createHmac('sha256', KEY).update(`msg_1.${String(NOW.getTime() / 1000)}.{}`).digest('base64')
    expect((await send({ body: '{}', signature: `v1a,xxxx v1,${'A'.repeat(43)}= v1,${right}` })).asked).toHaveLength(1)
  })

  it('has one key however often it is delivered, each time with a time of its own, and another one with each message', async () => {
    const keyOf = async (given: Message): Promise<string | undefined> => (await send(given)).asked[0]?.key
    const key = await keyOf({})
    expect(await keyOf({})).toBe(key)
    expect(await keyOf({ at: NOW.getTime() / 1000 + 5 })).toBe(key)
    expect(await keyOf({ secret: NEXT_SECRET })).toBe(key)
    expect(await keyOf({ id: 'msg_2' })).not.toBe(key)
  })

  it('is refused before its body is read where its headers are enough to see that', async () => {
    for (const given of [{ without: 'webhook-id' }, { at: NOW.getTime() / 1000 - 301 }]) {
      const request = message(given)
      await expect(refreshFeed(request, 'pulled', { ...parts, refresh: () => Promise.reject(new Error('asked')), now: () => NOW })).rejects.toMatchObject({ code: 'unauthorized' })
      expect(request.bodyUsed).toBe(false)
    }
  })

  it('costs as much for a feed that is not there as for one with secrets', async () => {
    const sign = vi.spyOn(crypto.subtle, 'sign')
    for (const name of ['pulled', 'unsigned', 'absent']) {
      sign.mockClear()
      await send({ secret: 'x'.repeat(32) }, name)
      expect(sign, name).toHaveBeenCalledTimes(2)
    }
    sign.mockRestore()
  })

  it('waits for no body when too many are being received, and is told when to come again', async () => {
    const release: (() => void)[] = []
    const slow = (name: string): Promise<unknown> => {
      const body = new ReadableStream({ start: (controller) => void release.push(() => controller.close()) })
      const { headers } = message({})
      const request = new Request('http://receiver.example/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
      return refreshFeed(request, name, { ...parts, refresh: () => Promise.reject(new Error('asked')), now: () => NOW }).catch((error: unknown) => error)
    }
    const waiting = [slow('absent'), slow('unsigned')]
    expect((await send({})).answer).toMatchObject({ code: 'busy', options: { headers: { 'retry-after': '10' } } })
    for (const end of release) end()
    expect(await Promise.all(waiting)).toMatchObject([{ code: 'unauthorized' }, { code: 'unauthorized' }])
    expect((await send({})).asked).toHaveLength(1)
  })

  it.each([-299, 300])('is taken %d s from now', async (off) => {
    expect((await send({ at: NOW.getTime() / 1000 + off })).asked).toHaveLength(1)
  })

  it.each<[string, Message, string, string]>([
    ['five minutes old', { at: NOW.getTime() / 1000 - 301 }, 'is 301 s old; at most 300 s', 'pulled'],
    ['five minutes ahead', { at: NOW.getTime() / 1000 + 301 }, 'is 301 s ahead', 'pulled'],
    ['with another body', { signed: '{}' }, 'is none of this feed', 'pulled'],
    ['of another secret', { secret: 'x'.repeat(32) }, 'is none of this feed', 'pulled'],
    ['for a feed that is not there', {}, 'is none of this feed', 'absent'],
    ['for a feed without secrets', {}, 'is none of this feed', 'unsigned'],
    ['with a key of zeros, for a feed that is not there', { secret: new Uint8Array(32) }, 'is none of this feed', 'absent'],
    ['of another version', { signature: 'v2,AAAA' }, 'is none of this feed', 'pulled'],
    ['without a signature', { without: 'webhook-signature' }, 'there is no header webhook-signature', 'pulled'],
    ['without a time', { without: 'webhook-timestamp' }, 'there is no header webhook-timestamp', 'pulled'],
    ['without an id', { without: 'webhook-id' }, 'there is no header webhook-id', 'pulled'],
    ['with a dot in its id', { id: 'a.b' }, 'nothing can be made of the header webhook-id', 'pulled'],
  ])('is refused %s', async (_, given, detail, name) => {
    const { answer, asked } = await send(given, name)
    expect(answer).toMatchObject({ code: 'unauthorized', message: expect.stringContaining(detail) })
    expect(asked).toEqual([])
  })

  it('is refused when it is longer than 64 kB', async () => {
    expect(await send({ body: 'x'.repeat(65_537) })).toMatchObject({ answer: { code: 'too-large' }, asked: [] })
    expect((await send({ body: 'x'.repeat(65_536) })).asked).toHaveLength(1)
  })

  it('has a path of its own, that takes POST alone', async () => {
    const app = receiver(settings, { log: () => undefined, now: () => NOW })
    const refused = await app.fetch(message({ secret: 'x'.repeat(32) }))
    expect([refused.status, await refused.json()]).toMatchObject([401, { type: 'urn:threatfeed:problem:unauthorized' }])
    const get = await app.fetch(new Request('http://receiver.example/feeds/pulled/refresh'))
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    const other = await app.fetch(new Request('http://receiver.example/feeds/pulled/set', { method: 'PROPFIND' }))
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe('the settings of webhooks', () => {
  it('need a Temporal, and secrets that are there', () => {
    const problems = (changes: Readonly<Record<string, string>>): unknown => {
      const changed = readReceiverSettings({ ...SETTINGS, ...changes })
      return changed.ok ? [] : changed.problems
    }
    expect(problems({ TEMPORAL_HTTP_URL: '' })).toEqual([expect.stringContaining('TEMPORAL_HTTP_URL is not set')])
    for (const url of ['temporal.example:7243', 'https://user@temporal.example:7243']) {
      expect(problems({ TEMPORAL_HTTP_URL: url })).toEqual([expect.stringMatching(/^TEMPORAL_HTTP_URL must be an http or https url/)])
    }
    expect(problems({ TEMPORAL_HTTP_URL: 'http://temporal.example:7243', TEMPORAL_API_KEY: 'canary' })).toEqual([expect.stringMatching(/^TEMPORAL_HTTP_URL must be an https url where an apiKey is sent/)])
    expect(problems({ TEMPORAL_API_KEY: 'a canary' })).toEqual([expect.stringMatching(/^TEMPORAL_API_KEY must be printable/)])
    expect(problems({ TEMPORAL_NAMESPACE: 'my ns' })).toEqual([expect.stringMatching(/^TEMPORAL_NAMESPACE must be letters/)])
    expect(problems({ OLD: '' })).toEqual([expect.stringContaining('at pulled.webhookSecrets[0].secretName names a variable or secret that is not set')])
  })

  it('take a secret as Standard Webhooks writes it, or as it is', () => {
    expect(settings.feeds.get('pulled')?.webhookSecrets.map((secret) => Buffer.from(secret).toString('latin1'))).toEqual([KEY.toString('latin1'), NEXT_SECRET])
  })
})
