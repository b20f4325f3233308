import { describe, expect, it } from 'vitest'
import { CSV, NEWLINE, preview } from './bodies.ts'

const many = (line: (at: number) => string, count = 30): string => Array.from({ length: count }, (_, at) => line(at + 1)).join('\n')
const ip = (at: number): string => `192.0.2.${at}`

describe('a format that fits', () => {
  it.each([
    ['JSON given to newline', JSON.stringify({ name: 'x', list: [ip(1), ip(2)], tags: ['a'] }), { kind: 'json', path: '$.list' }, 2],
    ['a JSON list of strings', JSON.stringify([ip(1), ip(2)]), { kind: 'json', path: '$' }, 2],
    ['objects in a list', JSON.stringify([{ 'ip addr': ip(1) }, { 'ip addr': ip(2) }]), { kind: 'json', path: '$[*]["ip addr"]' }, 2],
    ['lists in a list', JSON.stringify([{ ips: [ip(1)] }, { ips: [ip(2)] }]), { kind: 'json', path: '$[*].ips[*]' }, 2],
    ['an event of MISP', JSON.stringify({ Event: { Attribute: [{ value: ip(1), type: 'ip-dst' }, { value: ip(2), type: 'ip-dst' }] } }), { kind: 'json', path: '$.Event.Attribute[*].value' }, 2],
    ['a list by another name', JSON.stringify(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`k${at}`, [{ ioc: ip(at) }]]))), { kind: 'json', path: '$[*][*].ioc' }, 30],
    ['commas below a header row', `ip,seen\n${many((at) => `${ip(at)},2026`)}`, { ...CSV, fieldNum: undefined, header: true, fieldName: 'ip' }, 30],
    ['tabs and comments', `# a\n${many((at) => `${at}\t${ip(at)}`)}`, { ...CSV, fieldNum: 1, columnDelimiter: '\t', commentDelimiter: '#' }, 30],
    ['semicolons with a comment after each', `; a list\n${many((at) => `${ip(at)}/32 ; SBL${at}`)}`, { ...CSV, columnDelimiter: ' ', commentDelimiter: ';' }, 30],
    ['quoted values', many((at) => `"a, b","${ip(at)}"`), { ...CSV, fieldNum: 1 }, 30],
    ['records of several widths', many((at) => `${ip(at)}|${'x|'.repeat(at % 3)}`), { ...CSV, columnDelimiter: '|', disableRecordSizeValidation: true }, 30],
    ['ports', many((at) => `${ip(at)}:8080`), { ...CSV, columnDelimiter: ':' }, 30],
    ['urls', many((at) => `http://${ip(at)}/a`), { ...CSV, fieldNum: 2, columnDelimiter: '/' }, 30],
    ['a header row above one column', `ip_address\n${many((at) => ip(at))}`, { ...CSV, fieldNum: undefined, header: true, fieldName: 'ip_address' }, 30],
  ])('is suggested for %s', async (_what, data, format, members) => {
    const found = await preview(data)
    expect(found.suggestion).toEqual({ content: 'IPSet', format: JSON.parse(JSON.stringify(format)) as unknown, members, rejected: expect.any(Number) as number })
    // What is suggested gives what it promises.
    const again = await preview(data, found.suggestion?.format, 'IPSet')
    expect(again).toMatchObject({ refused: null, members })
  })

  it('is suggested for a hosts file, as names', async () => {
    const found = await preview('# hosts\n127.0.0.1 localhost\n0.0.0.0 a.example\n0.0.0.0 b.example # why\n0.0.0.0 c.example\n')
    expect(found.advice).toContain('a hosts file')
    expect(found.suggestion).toMatchObject({ content: 'DomainNameSet', format: { fieldNum: 1, columnDelimiter: ' ' }, members: 3 })
  })

  it('is suggested with the other content where the list is of the other kind', async () => {
    const found = await preview('a.example\nb.example\n')
    expect(found.advice).toBe('The data looks like a list of domain names, one a line. This fits (2 members, 0 rejected):')
    expect(found.suggestion).toEqual({ content: 'DomainNameSet', format: NEWLINE, members: 2, rejected: 0 })
    expect((await preview('192.0.2.1\n', NEWLINE, 'DomainNameSet')).suggestion).toMatchObject({ content: 'IPSet', members: 1, rejected: 0 })
  })

  it('is suggested for a csv feed that is wrong about its header row', async () => {
    const data = `ip,n\n${many((at) => `${ip(at)},1`)}`
    const found = await preview(data, CSV)
    expect(found).toMatchObject({ refused: null, members: 30 })
    expect(found.advice).toContain('The data looks like columns below a header row. This fits (30 members, 0 rejected):')
  })

  it('is suggested for a path that leads nowhere, and a column that is none', async () => {
    expect((await preview(JSON.stringify({ list: [ip(1)] }), { kind: 'json', path: '$.ips' })).suggestion).toMatchObject({ format: { path: '$.list' } })
    expect((await preview(many((at) => `${at},${ip(at)}`), CSV)).suggestion).toMatchObject({ format: { fieldNum: 1 } })
    expect((await preview(many((at) => ip(at)), { kind: 'json', path: '$' })).suggestion).toMatchObject({ format: NEWLINE })
  })

  it('is not suggested when nothing else gives more', async () => {
    expect(await preview(`${many((at) => ip(at))}\nbroken\n`)).toMatchObject({ advice: null, suggestion: null })
    expect(await preview('192.0.2.0/24\n198.51.100.0/24\n')).toMatchObject({ advice: null, suggestion: null })
    // Cut at a slash or colon these would be other addresses.
    expect((await preview('192.0.2.0/33\n198.51.100.0/33\n')).suggestion).toBeNull()
  })

  it('T-04 names no column of a header row that could move the cursor', async () => {
    const found = await preview(`ip\u001b[2J,n\n${many((at) => `${ip(at)},1`)}`)
    expect(JSON.stringify(found)).not.toMatch(/\\u001b/)
  })
})

describe('columns', () => {
  it('F-03 have their numbers, names and first values, bounded and printable', async () => {
    const { columns } = await preview(`ip,a note\n192.0.2.1,"x, ${'y'.repeat(60)}"\n192.0.2.2,\u202e\u0007\n`, { ...CSV, header: true })
    expect(columns).toEqual([
      { number: 0, name: 'ip', values: ['192.0.2.1', '192.0.2.2'] },
      { number: 1, name: 'a note', values: [`x, ${'y'.repeat(29)}`, '??'] },
    ])
  })

  it('F-03 are at most fifty', async () => {
    const { columns } = await preview(`192.0.2.1${',x'.repeat(80)}\n`, CSV)
    expect(columns).toHaveLength(50)
  })
})
