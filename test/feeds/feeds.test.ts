import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Content } from '../../domain/feed/content.ts'
import type { CsvFormat, Format } from '../../domain/feed/feed.ts'
import { parseBody, type ParseResult } from '../../domain/formats/parse-body.ts'
import type { ParsedSet } from '../../domain/sets/indicator-set.ts'
import { membersOf } from '../../domain/sets/members.ts'
import { prefixesOf } from '../../domain/sets/prefixes.ts'
import { setFromValues } from '../../domain/sets/set-from-values.ts'
import { hold, matches } from '../domain/sets/sets.ts'
import { bytesOf, textOf } from './folder.ts'

const NEWLINE: Format = { kind: 'newline' }
const LIST: Format = { kind: 'json', path: '$.list' }
const TABS: CsvFormat = {
  kind: 'csv',
  fieldNum: 0,
  header: false,
  columnDelimiter: '\t',
  disableRecordSizeValidation: false,
}
const COMMENTED_TABS: CsvFormat = { ...TABS, commentDelimiter: '#' }

function read(file: string, content: Content, format: Format): Promise<ParseResult> {
  const body = bytesOf(file)
  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let i = 0; i < body.length; i += 65_536) yield body.subarray(i, i + 65_536)
  }
  return parseBody(chunks(), { content, format, allowEmpty: false })
}

async function parsed(file: string, content: Content, format: Format): Promise<ParsedSet> {
  const result = await read(file, content, format)
  if (!result.ok) throw new Error(`${file}: ${result.message}`)
  return result.parsed
}

describe('real feeds', () => {
  it.each([
    ['ipsum-level1.txt', NEWLINE, 120_430],
    ['ipsum-level3.txt', NEWLINE, 14_217],
    ['ipsum-scored.tsv', COMMENTED_TABS, 120_430],
    ['x4b-vpn-ipv4.txt', NEWLINE, 10_862],
    ['x4b-vpn-ipv6.txt', NEWLINE, 498],
    ['threatfox-ips.txt', NEWLINE, 19_863],
    ['misp-vpn-ipv4.json', LIST, 42_426],
    ['zeek-log4j-ips.intel', COMMENTED_TABS, 25_292],
  ])('F-01 F-02 F-09 N-03: %s has the members another implementation found', async (file, format, members) => {
    const { set, rejections } = await parsed(file, 'IPSet', format)
    expect([set.members, rejections.counts]).toEqual([members, {}])
  })

  it('F-01 N-04: stevenblack-domains.txt has 140,626 names, 553 of them with an ACE label', async () => {
    const { set, rejections } = await parsed('stevenblack-domains.txt', 'DomainNameSet', NEWLINE)
    expect([set.members, rejections.counts]).toEqual([140_626, {}])
    const ace = [...membersOf(set)].filter((name) => /(?:^|\.)xn--/.test(name))
    expect(ace).toHaveLength(553)
  })

  it('F-09 F-12 N-05: misp-public-dns-hostnames.json has 34,764 names and 19 entries that are none', async () => {
    const { set, entries, rejections } = await parsed('misp-public-dns-hostnames.json', 'DomainNameSet', LIST)
    expect([set.members, entries]).toEqual([34_764, 34_783])
    expect(rejections.counts).toEqual({ 'an-address': 8, 'forbidden-character': 4, 'numeric-last-label': 7 })
    expect(rejections.samples).toHaveLength(10)
  })

  it('F-12 N-05: misp-public-dns-hostnames.json shows the first ten of its rejected entries, with their place and reason', async () => {
    const { rejections } = await parsed('misp-public-dns-hostnames.json', 'DomainNameSet', LIST)
    const { list } = JSON.parse(textOf('misp-public-dns-hostnames.json')) as { list: string[] }
    for (const { line, value } of rejections.samples) expect(list[line - 1]?.slice(0, 32)).toBe(value)
    for (const { value, reason } of rejections.samples) {
      expect(reason).toBe(/^[\d.]+$/.test(value) ? 'an-address' : /[,/]/.test(value) ? 'forbidden-character' : 'numeric-last-label')
    }
  })

  it('F-09 N-04: benign-cisco-top20k.json has 19,997 names', async () => {
    const { set, entries, rejections } = await parsed('benign-cisco-top20k.json', 'DomainNameSet', LIST)
    expect([set.members, entries, rejections.counts]).toEqual([19_997, 19_997, {}])
  })

  it.each([
    ['safe-rfc1918.json', 3],
    ['safe-cloudflare.json', 22],
    ['safe-google-gcp.json', 471],
    ['safe-public-dns-v4.json', 62745],
  ])('F-09 N-01: %s is taken whole', async (file, members) => {
    const { set, entries, rejections } = await parsed(file, 'IPSet', LIST)
    const { list } = JSON.parse(textOf(file)) as { list: string[] }
    expect([set.members, entries, rejections.counts]).toEqual([members, list.length, {}])
  })

  it('F-01 F-02 F-09: every file that the README of the feeds lists is read by a test here', () => {
    const listed = [...textOf('README.md').matchAll(/`([a-z0-9-]+\.(?:txt|tsv|json|intel))`/g)].map(([, file]) => file ?? '')
    const here = readFileSync(fileURLToPath(import.meta.url), 'utf8')
    expect(listed.length).toBeGreaterThan(10)
    expect(listed.filter((file) => !here.includes(`'${file}'`))).toEqual([])
  })

  it('N-03: ipsum-scored.tsv is the same set as ipsum-level1.txt', async () => {
    const scored = await parsed('ipsum-scored.tsv', 'IPSet', COMMENTED_TABS)
    const plain = await parsed('ipsum-level1.txt', 'IPSet', NEWLINE)
    expect(scored.set.sha256).toBe(plain.set.sha256)
  })

  it.each([
    ['ipsum-level1.txt', 95_644],
    ['ipsum-level3.txt', 11_804],
  ])('G-03: %s merges to the fewest prefixes', async (file, prefixes) => {
    const { set } = await parsed(file, 'IPSet', NEWLINE)
    expect(prefixesOf(set)).toHaveLength(prefixes)
  })

  it('G-03: the merged prefixes of ipsum-level3.txt cover exactly its addresses', async () => {
    const { set } = await parsed('ipsum-level3.txt', 'IPSet', NEWLINE)
    const prefixes = prefixesOf(set)
    const merged = await setFromValues(prefixes, 'IPSet')
    if (!merged.ok) throw new Error(merged.message)
    const { match } = (await hold(merged.parsed.set)).matcher('exact')
    for (const member of membersOf(set)) expect(match(member.replace('/32', ''))).not.toBeNull()
    const size = prefixes.reduce((sum, prefix) => sum + 2 ** (32 - Number(prefix.split('/')[1])), 0)
    expect(size).toBe(set.members)
  })

  it('F-05: zeek-log4j-ips.intel, whose header has one column more, fails with its second line', async () => {
    const result = await read('zeek-log4j-ips.intel', 'IPSet', { ...TABS, header: true })
    expect(result).toEqual({ ok: false, message: 'csv line 2: the record has 5 columns, where the first record has 6' })
  })

  it('P-11: a feed of the other content is told so', async () => {
    const names = await read('stevenblack-domains.txt', 'IPSet', NEWLINE)
    expect(names.ok ? '' : names.message).toContain('DomainNameSet')
    const addresses = await read('threatfox-ips.txt', 'DomainNameSet', NEWLINE)
    expect(addresses.ok ? '' : addresses.message).toContain('IPSet')
  })

  it('Q-03: stevenblack-domains.txt matches each of its names, and of benign-cisco-top20k.json only what is in it', async () => {
    const { set } = await parsed('stevenblack-domains.txt', 'DomainNameSet', NEWLINE)
    const names = [...membersOf(set)]
    const { list } = JSON.parse(textOf('benign-cisco-top20k.json')) as { list: string[] }
    const values = [...names.map((name) => name.toUpperCase()), ...list]
    const found = await matches(set, (await hold(set)).matcher('exact'), values)
    const known = new Set(names)
    expect(found).toEqual([...names, ...list.map((name) => (known.has(name) ? name : null))])
  })
})
