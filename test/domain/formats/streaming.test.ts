import { describe, expect, it } from 'vitest'
import { parseBody, type ParseOptions } from '../../../domain/formats/parse-body.ts'
import { csv, NEWLINE } from './bodies.ts'

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
})
