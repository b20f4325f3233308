import { describe, expect, it } from 'vitest'
import type { Content } from '../../../domain/feed/content.ts'
import { BodyRefused } from '../../../domain/sets/body-refused.ts'
import { Entries, MAX_ENTRY_BYTES } from '../../../domain/sets/entries.ts'
import { list } from './sets.ts'

const encoder = new TextEncoder()

function given(texts: readonly string[], content: Content = 'IPSet'): Entries {
  const entries = new Entries(content)
  texts.forEach((text, i) => entries.takeText(text, i + 1))
  return entries
}

describe('Entries', () => {
  it('F-12 counts what it takes in any way, and keeps the line of what it rejects', async () => {
    const entries = new Entries('IPSet')
    const bytes = encoder.encode('1.1.1.1\n2.2.2.0/24\nx')
    expect(entries.takeLines(bytes, 8)).toEqual({ end: 19, count: 1 })
    expect(entries.takeLines(bytes.subarray(0, 8), 0)).toEqual({ end: 8, count: 1 })
    entries.takeBytes(bytes, 19, 20, 3)
    entries.takeBytes(bytes, 0, 7, 4)
    entries.takeText('::1', 5)
    entries.takeText('y', 6)
    entries.reject('missing-column', 7, '')
    expect(entries.count).toBe(7)
    const { set, rejections, entries: count } = await entries.finish()
    expect(count).toBe(7)
    expect(list(set)).toEqual(['1.1.1.1/32', '2.2.2.0/24', '::1/128'])
    expect(rejections).toEqual({
      counts: { 'not-an-address': 2, 'missing-column': 1 },
      samples: [
        { line: 3, value: 'x', reason: 'not-an-address' },
        { line: 6, value: 'y', reason: 'not-an-address' },
        { line: 7, value: '', reason: 'missing-column' },
      ],
    })
  })

  it('F-12 does not look at an entry of more characters than any spelling of a name has, and counts it once', async () => {
    const entries = given(['a.example', 'a'.repeat(MAX_ENTRY_BYTES), 'b'.repeat(MAX_ENTRY_BYTES + 1)], 'DomainNameSet')
    const { rejections, entries: count } = await entries.finish()
    expect(count).toBe(3)
    expect(rejections.samples.map(({ line, value, reason }) => [line, value, reason])).toEqual([
      [2, 'a'.repeat(32), 'name-too-long'],
      [3, 'b'.repeat(32), 'too-long'],
    ])
  })

  it('F-12 says of an entry with U+FFFD that it is not UTF-8', async () => {
    const entries = given(['1.1.1.1', '1.1.1.\ufffd'])
    entries.takeBytes(Uint8Array.of(0xff), 0, 1, 3)
    expect((await entries.finish()).rejections.counts).toEqual({ 'not-utf8': 2 })
  })

  it.each<[Content, string[], string]>([
    ['IPSet', ['x'], 'the one entry is not an address or prefix (1 not-an-address)'],
    ['IPSet', ['a.example'], 'the one entry is not an address or prefix (1 not-an-address); they are domain names, as in a DomainNameSet'],
    ['IPSet', ['a.example', 'x'], 'none of the 2 entries is an address or prefix (2 not-an-address)'],
    ['IPSet', ['x', ...Array<string>(9).fill('a.example')], 'none of the 10 entries is an address or prefix (10 not-an-address)'],
    [
      'IPSet', [...Array<string>(10).fill('a.example'), ...Array<string>(990).fill('x')],
      'none of the 1,000 entries is an address or prefix (1000 not-an-address); they are domain names, as in a DomainNameSet',
    ],
    ['IPSet', [...Array<string>(9).fill('a.example'), 'x', 'x'], 'none of the 11 entries is an address or prefix (11 not-an-address)'],
    ['DomainNameSet', ['x'], 'the one entry is not a domain name (1 single-label)'],
    ['DomainNameSet', ['::1', '1.1.1.1'], 'none of the 2 entries is a domain name (2 an-address); they are addresses, as in an IPSet'],
    ['DomainNameSet', ['1.1.1.1', 'x'], 'none of the 2 entries is a domain name (1 an-address, 1 single-label)'],
  ])('P-11 refuses entries of a %s of which none is a member, and says whether the first ten are of the other kind: %#', async (content, texts, message) => {
    await expect(given(texts, content).finish()).rejects.toThrow(new BodyRefused(message))
  })

  it('N-06 refuses more members than a set may hold, as they come and at their end', async () => {
    const holding = (...lasts: number[]): Entries => {
      const entries = new Entries('IPSet', { members: 3, documentBytes: 1_000 })
      for (const last of lasts) entries.takeText(`10.0.0.${last}`, 1)
      return entries
    }
    const refused = new BodyRefused('the list has 4 members or more; one set may hold 3')
    expect(() => holding(1, 2, 3, 1, 2, 3, 1, 2, 3).assertSize()).not.toThrow()
    expect(() => holding(1, 2, 3, 4).assertSize()).toThrow(refused)
    await expect(holding(1, 2, 3, 4).finish()).rejects.toThrow(refused)
  })

  it('P-11 does not judge entries that their format found unfit', async () => {
    const entries = new Entries('IPSet')
    entries.reject('not-a-string', 1, 'a.example')
    await expect(entries.finish()).rejects.toThrow(new BodyRefused('the one entry is not an address or prefix (1 not-a-string)'))
  })

  it('S-03 makes an empty set of no entries', async () => {
    const entries = new Entries('DomainNameSet')
    expect(entries.takeLines(encoder.encode('x'), 0)).toEqual({ end: 0, count: 0 })
    expect(await entries.finish()).toMatchObject({ set: { members: 0 }, rejections: { counts: {}, samples: [] }, entries: 0 })
  })
})
