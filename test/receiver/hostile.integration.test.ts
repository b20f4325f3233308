import { createGzip, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { serveOn, type Serving, SERVING_RUNTIMES } from '../../bench/receiver/servings.ts'
import { FEEDS, type Ground, openGround, SECRET_TOKEN } from './ground.ts'
import { type RawAnswer, rawPush } from './raw-push.ts'

const MIB = 1024 * 1024
const GIB = 1024 * MIB
/** Small enough for a body to meet them soon, the time long enough for a machine that is full. */
const TIGHT = { RECEIVER_MAX_WIRE_MIB: '16', RECEIVER_MAX_BODY_MIB: '64', RECEIVER_MAX_JSON_MIB: '8', RECEIVER_IDLE_TIMEOUT: '2s', RECEIVER_BODY_TIMEOUT: '20s', RECEIVER_PUSHES: '3' }
/**
 * What a receiver holds at most beyond what it holds at rest: a body is 16 MiB on the wire and 64 MiB unpacked here, 2 GB without a bound. Deno
 * and Node let garbage lie a while.
 */
const MOST_MB = 200

const line = (n: number): string => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}\n`
const piece = new TextEncoder().encode(Array.from({ length: 5_000 }, (_, n) => line(n)).join(''))

/** So many bytes of a list, made as they are asked for. */
function* list(bytes: number): Generator<Uint8Array> {
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece
}

/** 2 GB of it, as gzip; some 10 MB. */
async function* bomb(): AsyncGenerator<Uint8Array> {
  const packed = createGzip({ level: 9 })
  const zeros = Buffer.alloc(MIB, '0')
  let written = 0
  const write = (): void => {
    while (written < 2 * GIB) {
      written += zeros.length
      if (!packed.write(zeros)) return void packed.once('drain', write)
    }
    packed.end()
  }
  write()
  yield* packed as AsyncIterable<Buffer>
}

async function* slowly(): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < 200; n++) {
    yield new TextEncoder().encode(line(n))
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

describe.each(SERVING_RUNTIMES)('hostile input to the receiver on $name', (runtime) => {
  let ground: Ground
  let serving: Serving
  let atRest: number

  /** workerd breaks a connection off at once whose body it has not read to its end, and the answer may be lost on the way. */
  const cutShort = (answer: RawAnswer, status: number, code: string): void => {
    if (runtime.name !== 'workerd' || answer.status !== null) expect(answer).toMatchObject({ status, code })
  }

  beforeAll(async () => {
    ground = await openGround(inject('servers')['ELASTICSEARCH_URL'] ?? '')
    serving = await serveOn(runtime, { ...ground.env, ...TIGHT })
    const first = await rawPush(serving.url, { body: [piece] })
    expect(first.status).toBe(200)
    await ground.elasticsearch.delete({ index: ground.index('IPSet'), id: 'addresses' })
    atRest = await serving.peakMB()
  })
  afterAll(async () => {
    await serving.stop()
    await ground.close()
  })
  afterEach(async () => {
    expect(await ground.document('IPSet', 'addresses')).toBeNull()
    expect(await serving.peakMB()).toBeLessThan(atRest + MOST_MB)
  })

  it('S-04 stores nothing of a body that breaks off, and stays to be asked', async () => {
    const puts = ground.puts()
    await rawPush(serving.url, { body: [piece], then: 'break' })
    await rawPush(serving.url, { body: [piece], headers: { 'content-length': String(10 * piece.length) }, then: 'break' })
    await rawPush(serving.url, { body: [gzipSync(piece).subarray(0, 5_000)], headers: { 'content-encoding': 'gzip' }, then: 'break' })
    // Whoever is asked next has ended with those before.
    expect((await rawPush(serving.url, { body: [], query: '?fieldNum=0' })).code).toBe('invalid-query')
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(ground.puts()).toBe(puts)
  })

  it('P-07 ends a body that stops coming', async () => {
    expect(await rawPush(serving.url, { body: [piece], then: 'wait' })).toMatchObject({ status: 408, code: 'too-slow' })
  })

  it('P-07 ends a body that comes too slowly to end', async () => {
    expect(await rawPush(serving.url, { body: slowly() })).toMatchObject({ status: 408, code: 'too-slow' })
  })

  it('P-07 ends a stream of 2 GB at its limit', async () => {
    const { status, sent } = await rawPush(serving.url, { body: list(2 * GIB) })
    // Whoever still sends may find the connection broken before the answer has come.
    expect([null, 413]).toContain(status)
    expect(sent).toBeLessThan(200 * MIB)
  })

  it('P-07 refuses 2 GB that are announced before any of them is read', async () => {
    const { status, code } = await rawPush(serving.url, { body: [], headers: { 'content-length': String(2 * GIB) }, then: 'wait' })
    expect([status, code]).toEqual([413, 'too-large'])
  })

  it('P-07 P-08 ends a bomb of 2 GB where it has come to 64 MiB', async () => {
    cutShort(await rawPush(serving.url, { body: bomb(), headers: { 'content-encoding': 'gzip' } }), 413, 'too-large')
  })

  it('P-07 F-07 ends a json that is too large, too deep or broken', async () => {
    const json = (body: Iterable<Uint8Array>) => rawPush(serving.url, { body, query: '?path=%24', headers: { 'content-type': 'application/json' } })
    const encoder = new TextEncoder()
    const large = (function* () {
      yield encoder.encode('["')
      for (let n = 0; n < 12; n++) yield new Uint8Array(MIB).fill(0x61)
      yield encoder.encode('"]')
    })()
    cutShort(await json(large), 413, 'too-large')
    cutShort(await json([encoder.encode('['.repeat(5_000_000))]), 422, 'refused')
    expect(await json([encoder.encode('["192.0.2.1"')])).toMatchObject({ status: 422, code: 'refused' })
  })

  it('F-02 N-06 ends a csv whose quotes are never closed', async () => {
    const body = [new TextEncoder().encode('"'), ...Array.from({ length: 12 }, () => new Uint8Array(MIB).fill(0x61))]
    cutShort(await rawPush(serving.url, { body, query: '?fieldNum=0', headers: { 'content-type': 'text/csv' } }), 422, 'refused')
  })

  it('takes nothing of a body without the right token, and tells nobody which feeds there are', async () => {
    const puts = ground.puts()
    for (const authorization of ['', 'Basic dXNlcjpwYXNz', 'Bearer wrong-token-of-some-length-0123456', `Bearer ${'x'.repeat(8_000)}`, `bearer${SECRET_TOKEN}`]) {
      expect(await rawPush(serving.url, { body: [], headers: { authorization } }), authorization).toMatchObject({ status: 401, code: 'unauthorized' })
    }
    const { status, sent } = await rawPush(serving.url, { body: list(2 * GIB), headers: { authorization: 'Bearer wrong' } })
    expect([null, 401]).toContain(status)
    expect(sent).toBeLessThan(200 * MIB)
    expect(ground.puts()).toBe(puts)
  })

  it('refuses more bodies of one feed at once than it has room for, takes those of another, and all again afterwards', async () => {
    const waiting = [1, 2].map(() => rawPush(serving.url, { body: [piece], then: 'wait' }))
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await rawPush(serving.url, { body: [] })).toMatchObject({ status: 503, code: 'busy' })
    expect(await rawPush(serving.url, { body: [], feed: 'names.example', headers: { authorization: `Bearer ${SECRET_TOKEN}` } })).toMatchObject({ status: 422, code: 'refused' })
    expect((await Promise.all(waiting)).map(({ code }) => code)).toEqual(['too-slow', 'too-slow'])
    expect(await rawPush(serving.url, { body: [] })).toMatchObject({ status: 422, code: 'refused' })
  })

  it('has printed no token and nothing of a body', () => {
    expect(serving.log()).not.toMatch(/10\.0\.0|token-of-some-length/)
    expect(Object.values(FEEDS).join()).toContain(SECRET_TOKEN)
  })
})
