import { describe, expect, it } from 'vitest'
import { parseBody, type ParseOptions } from '../../../domain/formats/parse-body.ts'
import { csv, members, NEWLINE, parsed, refusal } from './bodies.ts'

/** Enough that nobody would wait for the last: of lines, five million. */
const CHUNKS = 100

/** A long body, and how many chunks of it were asked for until it was refused. */
async function askedFor(options: ParseOptions, chunk: (number: number) => string): Promise<{ readonly chunks: number; readonly message: string }> {
  let chunks = 0
  const encoder = new TextEncoder()
  async function* body(): AsyncGenerator<Uint8Array> {
    for (; chunks < CHUNKS; chunks++) yield encoder.encode(chunk(chunks))
  }
  const result = await parseBody(body(), options)
  return { chunks, message: result.ok ? 'taken' : result.message }
}

describe('a long body', () => {
  const lines = (chunk: number, line: (at: number) => string): string => Array.from({ length: 50_000 }, (_, at) => line(chunk * 50_000 + at)).join('\n').concat('\n')
  const address = (at: number): string => `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}/${at >> 24 ? 31 : 32}`

  it('F-11 of lines is read as it comes: refused with its two millionth member, not at its end', { timeout: 60_000 }, async () => {
    const { chunks, message } = await askedFor(NEWLINE, (chunk) => lines(chunk, address))
    expect(message).toContain('one set may hold 2,000,000')
    expect(chunks).toBeLessThan(90)
  })

  it('F-11 of csv is read as it comes: refused with its first record of another width', async () => {
    const { chunks, message } = await askedFor(csv({ fieldNum: 1 }), (chunk) => (chunk === 2 ? '1.2.3.4\n' : 'x,1.2.3.4\n'))
    expect(message).toContain('csv line 3')
    // Its first 64 bytes are looked at before any are read.
    expect(chunks).toBeLessThan(20)
  })

  it('F-01 F-11 takes a line of 50 MB for one rejected entry, and goes on behind it', { timeout: 60_000 }, async () => {
    async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
      yield new TextEncoder().encode('1.1.1.1\n2.2.2.')
      for (let i = 0; i < 800; i++) yield new Uint8Array(65_536).fill(0x32)
      yield new TextEncoder().encode(' # x\n3.3.3.3\n')
    }
    const result = await parseBody(body(), NEWLINE)
    expect(result.ok && [result.parsed.set.members, result.parsed.entries, result.parsed.rejections]).toEqual([
      2,
      3,
      { counts: { 'too-long': 1 }, samples: [{ line: 2, value: `2.2.2.${'2'.repeat(26)}`, reason: 'too-long' }] },
    ])
  })

  it('F-11 goes on over a comment longer than any record, and refuses a record that does not end', { timeout: 30_000 }, async () => {
    const long = 'x'.repeat(9 * 1024 * 1024)
    expect(await members(`#${long}\n1.1.1.1\n`, csv({ commentDelimiter: '#' }))).toEqual(['1.1.1.1/32'])
    expect(await refusal(`1.1.1.1,a\n2.2.2.2,"${long}`, csv({}))).toContain('csv record at line 2')
    expect(await refusal(`1.1.1.1,a\n2.2.2.2,"${`${'x'.repeat(999)}\n`.repeat(9 * 1024)}`, csv({}))).toContain('csv record at line 2')
  })

  it('F-11 F-12 counts a record longer than any, but for one within quotes, as one rejected entry', { timeout: 60_000 }, async () => {
    const long = 'x'.repeat(50 * 1024 * 1024)
    for (const record of [`2.2.2.2,${long}`, `"2.2.2.2",${long},"y",z`]) {
      const { set, entries, rejections } = await parsed(`1.1.1.1,a\n${record}\n3.3.3.3,b\n`, csv({}))
      expect([set.members, entries, rejections.counts]).toEqual([2, 3, { 'too-long': 1 }])
      expect(rejections.samples).toEqual([{ line: 2, value: record.slice(0, 32), reason: 'too-long' }])
    }
    expect(await refusal(`${long}\n1.1.1.1\n`, csv({}))).toBe('csv line 1: the first record is too long to be read')
    expect(await refusal(`1.1.1.1,a\n2.2.2.2,${long},"b\n3.3.3.3,c\n`, csv({}))).toContain('csv record at line 2')
  })
})

describe('limits of a set', () => {
  /** So many addresses, in chunks of 16,000. */
  async function* addresses(count: number): AsyncGenerator<Uint8Array, void, undefined> {
    const encoder = new TextEncoder()
    for (let from = 0; from < count; from += 16_000) {
      const numbers = Array.from({ length: Math.min(16_000, count - from) }, (_, i) => from + i)
      yield encoder.encode(numbers.map((n) => `10.${n >>> 16}.${(n >>> 8) & 255}.${n & 255}\n`).join(''))
    }
  }

  it('N-06 takes 2,000,000 members and fails one more, with the figures', { timeout: 120_000 }, async () => {
    const most = await parseBody(addresses(2_000_000), NEWLINE)
    expect(most.ok && most.parsed.set.members).toBe(2_000_000)
    const more = await parseBody(addresses(2_000_001), NEWLINE)
    expect(more).toEqual({ ok: false, message: 'the list has 2,000,001 members or more; one set may hold 2,000,000' })
  })
})
