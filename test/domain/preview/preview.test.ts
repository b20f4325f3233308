import { describe, expect, it } from 'vitest'
import { emptySet } from '../../../domain/sets/make-set.ts'
import { CSV, NEWLINE, bodyOf, preview } from './bodies.ts'
import { previewBody } from '../../../domain/preview/preview.ts'

describe('what a body would give', () => {
  it('N-01 N-03 counts members, duplicates and both families, and merges prefixes', async () => {
    const found = await preview('192.0.2.0\n192.0.2.1\n::ffff:192.0.2.1\n2001:DB8::1\n10.0.0.7/8\nnothing\n')
    expect(found).toMatchObject({ refused: null, entries: 6, members: 4, duplicates: 1, names: null, columns: [], begins: [] })
    expect(found.rejections).toEqual({ counts: { 'not-an-address': 1 }, samples: [{ line: 6, value: 'nothing', reason: 'not-an-address' }] })
    expect(found.addresses).toMatchObject({ ipv4: 3, ipv6: 1, mergedPrefixes: 3, widest: ['10.0.0.0/8'] })
  })

  it('N-03 names the set by its canonical form, however it was written', async () => {
    const one = await preview('192.0.2.1\n2001:DB8:0::1\n')
    const other = await preview('ip\n2001:db8::1/128\n::ffff:192.0.2.1\n192.0.2.1/32\n', { ...CSV, header: true })
    expect(one.sha256).toBe(other.sha256)
    // printf '192.0.2.1/32\n2001:db8::1/128' | sha256sum
    expect(one.sha256).toBe('1cb47f9c91abf530b793e4b96f7559243d55f1d8bdaa3830b3828bf240e7126a')
  })

  it('says which members lie in private, special and well-known ranges, a wide one in all that it covers', async () => {
    const { addresses } = await preview('10.1.2.3\n10.1.2.4\n8.8.8.8\n203.0.113.0/24\n104.16.0.1\n1.0.0.0/8\n2001:4860:4860::8888\n198.41.0.4\n')
    expect(addresses?.overlaps.map(({ kind, name, members }) => [members, kind, name])).toEqual([
      [2, 'well-known', 'Google Public DNS'],
      [2, 'private', 'private use (RFC 1918)'],
      [1, 'well-known', 'Cloudflare DNS'],
      [1, 'well-known', 'Cloudflare network'],
      [1, 'special', 'documentation (RFC 5737)'],
    ])
  })

  it.each([
    ['0.0.0.0/0', 19],
    ['128.0.0.0/1', 13],
    ['172.0.0.0/8', 2],
    ['172.32.0.0/12', 0],
    ['::/0', 15],
  ])('finds every known range in %s', async (prefix, names) => {
    expect((await preview(prefix)).addresses?.overlaps).toHaveLength(names)
  })

  it('N-04 counts names in ACE, and last labels', async () => {
    const { names } = await preview('a.example.com\nmünchen.example\nB.example.COM\nc.test\n', NEWLINE, 'DomainNameSet')
    expect(names).toEqual({
      ace: 1,
      lastLabels: [{ label: 'com', members: 2 }, { label: 'example', members: 1 }, { label: 'test', members: 1 }],
      lastLabelCount: 3,
    })
  })

  it('takes an empty list where that is allowed', async () => {
    const found = await previewBody(bodyOf('# none\n'), { content: 'IPSet', format: NEWLINE, allowEmpty: true })
    expect(found).toMatchObject({ refused: null, members: 0, advice: null, sha256: (await emptySet('IPSet')).sha256 })
    expect(found.addresses).toMatchObject({ ipv4: 0, mergedPrefixes: 0, widest: [], overlaps: [] })
  })
})

describe('a body that is refused', () => {
  it('P-11 F-12 says why, and still counts what was rejected, with samples', async () => {
    const found = await preview('one\ntwo\u001b[2J\n')
    expect(found).toMatchObject({ members: 0, entries: 2, sha256: null, addresses: null, names: null })
    expect(found.refused).toContain('none of the 2 entries')
    expect(found.rejections.counts).toEqual({ 'not-an-address': 2 })
    expect(found.rejections.samples[1]).toEqual({ line: 2, value: 'two?[2J', reason: 'not-an-address' })
    expect(found.begins).toEqual(['one', 'two?[2J'])
  })

  it('F-05 shows the columns of a csv body whose records differ', async () => {
    const found = await preview('192.0.2.1,a\n192.0.2.2\n', CSV)
    expect(found.refused).toBe('csv line 2: the record has 1 column, where the first record has 2')
    expect(found.columns.map(({ number }) => number)).toEqual([0, 1])
    expect(found.suggestion).toMatchObject({ members: 2, rejected: 0 })
  })

  it.each([
    ['', null],
    ['# nothing\n', null],
    ['<!DOCTYPE html><p>Sign in', 'The data looks like an HTML page, and no format fits it yet'],
    ['<?xml version="1.0"?><rss/>', 'The data looks like XML, and no format fits it yet.'],
    ['{"ip":"192.0.2.1"}\n{"ip":"192.0.2.2"}\n', 'The data looks like one JSON document a line, and no format fits it yet'],
    ['[Adblock Plus 2.0]\n! Title\n||a.example^\n||b.example^$third-party\n', 'The data looks like rules of an ad blocker (||name^), and no format fits it yet'],
    ['{"type":"bundle","objects":[{"pattern":"[ipv4-addr:value = \'192.0.2.1\']"}]}', 'The data looks like JSON, and no format fits it yet: no path leads to a list'],
    ['{"192.0.2.1": {"seen": 1}}', 'The data looks like JSON, and no format fits it yet'],
    [Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 1, 2, 3), 'The data looks like a gzip file, and no format fits it yet'],
    ['PK\u0003\u0004abc', 'The data looks like a zip archive'],
    [Uint8Array.of(0xff, 0xfe, 0x31, 0, 0x2e, 0), 'The data looks like text in UTF-16'],
    ['a\0b\n', 'The data looks like binary data'],
    ['alpha\nbeta\n', 'The data does not look like a list that any format takes yet.'],
  ])('says that nothing fits %j', async (data, advice) => {
    const found = await preview(data)
    expect(found.suggestion).toBeNull()
    if (advice === null) expect(found.advice).toBeNull()
    else expect(found.advice).toContain(advice)
  })
})
