import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readNewline } from '../../../domain/formats/newline.ts'
import { Entries } from '../../../domain/sets/entries.ts'
import { LOOKED_AT, members, NEWLINE, parse, parsed } from './bodies.ts'

/** Counts how many bytes are looked at in search of one. */
class Counted extends Uint8Array<ArrayBuffer> {
  static steps = 0

  override indexOf(byte: number, from = 0): number {
    const found = super.indexOf(byte, from)
    Counted.steps += (found < 0 ? this.length : found + 1) - from
    return found
  }

  override lastIndexOf(byte: number, from = this.length - 1): number {
    const found = super.lastIndexOf(byte, from)
    Counted.steps += from - found + 1
    return found
  }
}

async function* only(chunk: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield chunk
}

describe('newline', () => {
  it('F-01 takes comments anywhere, trims and skips blank lines', async () => {
    const body = '# list\n1.1.1.1# one\n\t 2.2.2.2 \t# two\n\n   \n#\n3.3.3.3'
    expect(await members(body)).toEqual(['1.1.1.1/32', '2.2.2.2/32', '3.3.3.3/32'])
  })

  it('F-01 takes space, tab, CR, VT and FF around an entry for no part of it, and a line of nothing else for no entry', async () => {
    for (const space of [' ', '\t', '\r', '\v', '\f']) {
      const result = await parse(`${LOOKED_AT}1.1.1.1\n${space}\n${space} # c\n${space}bad${space}\n${space}worse${space}# c\n`, NEWLINE, 1_000)
      expect(result.ok && [result.parsed.entries, result.parsed.rejections.samples.map(({ value }) => value)]).toEqual([3, ['bad', 'worse']])
    }
  })

  it('F-01 P-08 reads CRLF and a byte order mark', async () => {
    expect(await members('\ufeff1.1.1.1\r\n2.2.2.2\r\n')).toEqual(['1.1.1.1/32', '2.2.2.2/32'])
    const { rejections } = await parsed('\ufeff# x\r\n1.1.1.1\r\n')
    expect(rejections.counts).toEqual({})
  })

  it('F-01 takes a byte order mark off the beginning alone', async () => {
    for (const size of [1, 3, 100]) {
      const result = await parse('1.1.1.1\nx\ufeffy\n', NEWLINE, size)
      expect(result.ok && result.parsed.rejections.samples[0]?.value).toBe('x?y')
    }
    const half = await parse(Uint8Array.from([0xef, 0xbb, 0x31, 0x0a, 0x32, 0x2e, 0x32, 0x2e, 0x32, 0x2e, 0x32]), NEWLINE, 1)
    expect(half.ok && half.parsed.rejections.counts).toEqual({ 'not-utf8': 1 })
  })

  it('F-01 reads Unicode names, and counts broken UTF-8 as rejected', async () => {
    const broken = Uint8Array.from([...new TextEncoder().encode('bücher.example\nb'), 0xfc, ...new TextEncoder().encode('cher.example\n')])
    const { set, rejections } = await parsed(broken, { ...NEWLINE, content: 'DomainNameSet' })
    expect(new TextDecoder().decode(set.text)).toBe('xn--bcher-kva.example')
    expect(rejections).toEqual({ counts: { 'not-utf8': 1 }, samples: [{ line: 2, value: 'b\ufffdcher.example', reason: 'not-utf8' }] })
  })

  it('F-01 numbers lines from 1, blank ones and comments too', async () => {
    const { rejections } = await parsed('# x\n\nbad\n1.1.1.1\n\nworse')
    expect(rejections.samples.map(({ line, value }) => [line, value])).toEqual([[3, 'bad'], [6, 'worse']])
  })

  it('F-01 F-11 P-08 rejects an entry over 4 KiB, whole or in parts, and nothing else of a long line', async () => {
    const long = 'x'.repeat(5_000)
    const body = `${long}\n1.1.1.1 # ${long}\n${' '.repeat(5_000)}2.2.2.2${' '.repeat(5_000)}\n3.3.3.3${' '.repeat(5_000)}y\n${'z'.repeat(4_096)}\n`
    for (const size of [1, 1_000, 100_000]) {
      const result = await parse(body, NEWLINE, size)
      expect(result.ok && [result.parsed.set.members, result.parsed.rejections.counts]).toEqual([2, { 'too-long': 2, 'not-an-address': 1 }])
      expect(result.ok && result.parsed.rejections.samples[0]?.value).toBe('x'.repeat(32))
    }
  })

  it('F-01 F-11 looks through each piece of a body a few times, however many lines are not plain and however long the last is', async () => {
    for (const content of ['IPSet', 'DomainNameSet'] as const) {
      const chunk = new Counted(new ArrayBuffer(65_536)).fill(0x20)
      chunk.fill(0x0a, 0, 32_768)
      const entries = new Entries(content)
      await readNewline(only(chunk), entries)
      expect(entries.count).toBe(0)
      expect(Counted.steps).toBeLessThan(8 * chunk.length)
    }
  })

  it('F-11 gives the same result in whatever chunks a body comes', { timeout: 30_000 }, async () => {
    const piece = fc.oneof(
      fc.constantFrom('1.1.1.1', '10.0.0.0/8', '2001:db8::1', 'bad', 'bücher.example', '# c', '\n', '\r\n', ' ', '\t', '\ufeff', '\u00a0', '\v', 'a.b'),
      fc.string({ maxLength: 4 }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 30 }).map((pieces) => new TextEncoder().encode(LOOKED_AT + pieces.join(''))),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('IPSet' as const, 'DomainNameSet' as const),
        async (body, size, content) => {
          const options = { ...NEWLINE, content }
          expect(await parse(body, options, size)).toEqual(await parse(body, options))
        },
      ),
      { numRuns: 200 },
    )
  })
})
