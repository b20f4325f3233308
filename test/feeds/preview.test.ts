import { describe, expect, it } from 'vitest'
import type { Content } from '../../domain/feed/content.ts'
import type { CsvFormat, Format } from '../../domain/feed/feed.ts'
import { previewBody, type Preview } from '../../domain/preview/preview.ts'
import { bytesOf } from './folder.ts'

const NEWLINE: Format = { kind: 'newline' }
const LIST: Format = { kind: 'json', path: '$.list' }
const TABS: CsvFormat = { kind: 'csv', fieldNum: 0, header: false, columnDelimiter: '\t', commentDelimiter: '#', disableRecordSizeValidation: false }

/** Content, format and members of each list, as the README beside the lists has them. */
const FEEDS: readonly (readonly [file: string, content: Content, format: Format, members: number])[] = [
  ['ipsum-level1.txt', 'IPSet', NEWLINE, 120_430],
  ['ipsum-level3.txt', 'IPSet', NEWLINE, 14_217],
  ['ipsum-scored.tsv', 'IPSet', TABS, 120_430],
  ['x4b-vpn-ipv4.txt', 'IPSet', NEWLINE, 10_862],
  ['x4b-vpn-ipv6.txt', 'IPSet', NEWLINE, 498],
  ['threatfox-ips.txt', 'IPSet', NEWLINE, 19_863],
  ['misp-vpn-ipv4.json', 'IPSet', LIST, 42_426],
  ['zeek-log4j-ips.intel', 'IPSet', TABS, 25_292],
  ['stevenblack-domains.txt', 'DomainNameSet', NEWLINE, 140_626],
  ['misp-public-dns-hostnames.json', 'DomainNameSet', LIST, 34_764],
]

function preview(file: string, content: Content, format: Format): Promise<Preview> {
  const bytes = bytesOf(file)
  async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
  }
  return previewBody(body, { content, format, allowEmpty: false })
}

describe('published lists', () => {
  it.each(FEEDS)('%s gives the members that it is known to have', async (file, content, format, members) => {
    expect(await preview(file, content, format)).toMatchObject({ refused: null, members, advice: null })
  })

  it.each([
    ['ipsum-level1.txt', 95_644],
    ['ipsum-level3.txt', 11_804],
  ])('G-03 %s is merged to the prefixes that it is known to have', async (file, mergedPrefixes) => {
    expect((await preview(file, 'IPSet', NEWLINE)).addresses).toMatchObject({ mergedPrefixes })
  })

  it.each(FEEDS.filter(([, , { kind }]) => kind !== 'newline'))('%s given to newline is told its own format', async (file, content, format, members) => {
    expect((await preview(file, content, NEWLINE)).suggestion).toMatchObject({ content, format, members })
  })

  it.each(FEEDS)('%s given to json or csv of another shape is told its own format, or one that gives as much', async (file, content, format, members) => {
    const wrong: Format = format.kind === 'json' ? { ...TABS, columnDelimiter: '|' } : { kind: 'json', path: '$.data' }
    expect((await preview(file, content, wrong)).suggestion).toMatchObject({ content, members })
  })

  it.each(FEEDS)('%s given as the other content is told its own', async (file, content, format, members) => {
    const other = content === 'IPSet' ? 'DomainNameSet' : 'IPSet'
    const { refused, suggestion } = await preview(file, other, format)
    // 8 of the names are addresses, so that list is one of addresses as well, if a poor one.
    if (refused !== null) expect(suggestion).toMatchObject({ content, members })
    else expect(file).toBe('misp-public-dns-hostnames.json')
  })
})
