import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { authorized } from '../../receiver/bearer.ts'
import { fromHex, hex, sameDigest, sha256 } from '../../receiver/digest.ts'
import { Fingerprint } from '../../receiver/fingerprint.ts'
import { requestTimeout } from '../../receiver/limits.ts'
import { readRecords, remember } from '../../receiver/push-record.ts'
import { readReceiverSettings } from '../../receiver/settings.ts'
import { Turns } from '../../receiver/turns.ts'

async function* pieces(body: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (const length of lengths) {
    yield body.subarray(at, at + length)
    at += length
  }
  yield body.subarray(at)
}

async function fingerprint(body: Uint8Array, lengths: readonly number[] = [], of = ''): Promise<string> {
  const print = await Fingerprint.begin(of)
  let passed = 0
  for await (const piece of print.of(pieces(body, lengths))) passed += piece.length
  expect(passed).toBe(body.length)
  return print.end()
}

const random = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24)

describe('digests', () => {
  it('are equal only when every bit is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(255), (digest, bit) => {
        const other = digest.slice()
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect([sameDigest(digest, digest.slice()), sameDigest(digest, other)]).toEqual([true, false])
        expect(fromHex(hex(digest))).toEqual(digest)
      }),
    )
    expect(sameDigest(new Uint8Array(32), new Uint8Array(31))).toBe(false)
  })

  it('are those of SHA-256', async () => {
    expect(hex(await sha256('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe('the fingerprint of a body', () => {
  const body = random(700_000)

  it('hangs on its bytes and not on its pieces', async () => {
    const whole = await fingerprint(body)
    expect(await fingerprint(body, [1, 262_143, 262_144, 3])).toBe(whole)
    expect(await fingerprint(body, [262_144, 262_144])).toBe(whole)
    for (const at of [0, 262_143, 262_144, 699_999]) {
      const other = body.slice()
      other[at] = (other[at] ?? 0) ^ 1
      expect(await fingerprint(other)).not.toBe(whole)
    }
    expect(await fingerprint(body.subarray(1))).not.toBe(whole)
    expect(await fingerprint(body, [], 'read otherwise')).not.toBe(whole)
  })

  it('tells bodies apart that end where a block does', async () => {
    const prints = await Promise.all([0, 1, 262_143, 262_144, 262_145, 524_288].map((length) => fingerprint(body.subarray(0, length))))
    expect(new Set(prints).size).toBe(prints.length)
  })
})

describe('what a document remembers of pushes', () => {
  const record = (n: number) => ({ key: String(n), body: 'b', answer: 'a' })

  it('is the newest sixteen', () => {
    let records = readRecords(undefined)
    for (let n = 0; n < 20; n++) records = remember(records, record(n))
    expect(records.map(({ key }) => key)).toEqual(Array.from({ length: 16 }, (_, n) => String(19 - n)))
    expect(readRecords(JSON.stringify(records))).toEqual(records)
  })

  it.each([null, 7, '{', '{}', '[1,null,{"key":1,"body":"b","answer":"a"},{"key":"1"}]'])('passes over %j, which is none of its own', (field) => {
    expect(readRecords(field)).toEqual([])
  })
})

describe('turns', () => {
  const busy = { code: 'busy', options: { headers: { 'retry-after': '10' } } }
  const ends: (() => void)[] = []
  const wait = (turns: Turns, name: string): Promise<void> => turns.take(name, () => new Promise((_, reject) => ends.push(() => reject(new Error('over')))))

  it('are had by so many at once, and by others once one of them has ended, however it ended', async () => {
    const turns = new Turns(2)
    const first = wait(turns, 'a')
    const second = wait(turns, 'b')
    await expect(turns.take('c', async () => 'done')).rejects.toMatchObject(busy)
    ends.shift()?.()
    await expect(first).rejects.toThrow('over')
    expect(await turns.take('c', async () => 'done')).toBe('done')
    ends.shift()?.()
    await expect(second).rejects.toThrow('over')
  })

  it.each([
    [4, 3],
    [2, 1],
    [1, 1],
  ])('of %d are had %d by one name at once, so that it keeps no other out', async (most, ofOne) => {
    const turns = new Turns(most)
    const waiting = Array.from({ length: ofOne }, () => wait(turns, 'hangs'))
    await expect(turns.take('hangs', async () => 'done')).rejects.toMatchObject(busy)
    if (most > 1) expect(await turns.take('other', async () => 'done')).toBe('done')
    for (const end of ends.splice(0)) end()
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(waiting.map(() => 'rejected'))
    expect(await turns.take('hangs', async () => 'done')).toBe('done')
  })
})

describe('the time that a server of Node gives a request', () => {
  it.each([1_000, 900_000])('is longer than that of a body of %d ms, whose end is answered', (bodyMs) => {
    expect(requestTimeout({ bodyMs })).toBeGreaterThan(bodyMs)
  })
})

describe('a bearer token', () => {
  it('costs one digest, whichever feed it is for', async () => {
    const read = readReceiverSettings({
      RECEIVER_FEEDS: JSON.stringify({ kept: { content: 'IPSet', tokens: [{ secretName: 'OLD' }, { secretName: 'NEW' }] } }),
      OLD: 'a-token-of-some-length-0123456789',
      NEW: 'another-token-of-some-length-0123',
      ELASTICSEARCH_URL: 'https://elasticsearch.example',
    })
    if (!read.ok) throw new Error(read.problems.join())
    const ask = (name: string, token: string) => authorized(new Request('http://receiver.example/', { headers: { authorization: `Bearer ${token}` } }), name, read.settings.feeds)
    expect((await ask('kept', 'another-token-of-some-length-0123')).name).toBe('kept')
    const digest = vi.spyOn(crypto.subtle, 'digest')
    for (const name of ['kept', 'absent']) {
      digest.mockClear()
      await expect(ask(name, 'wrong')).rejects.toMatchObject({ code: 'unauthorized' })
      expect(digest, name).toHaveBeenCalledTimes(1)
    }
    digest.mockRestore()
  })
})
