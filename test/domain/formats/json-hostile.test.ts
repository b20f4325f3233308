import { describe, expect, it } from 'vitest'
import { json, members, parse, parsed, refusal } from './bodies.ts'

const MIB = 1024 * 1024

/** Documents up to the largest that is read; whether they are refused at once is for the test's own time limit to say. */
describe('hostile json documents', { timeout: 60_000 }, () => {
  it.each([
    ['100,000 open brackets', '['.repeat(100_000)],
    ['100,000 brackets, closed', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['64 MiB of open brackets', '['.repeat(64 * MIB)],
    ['64 MiB of objects in objects', '{"a":'.repeat((64 * MIB) / 5)],
  ])('F-07 P-07 refuses %s by their depth', async (_, body) => {
    expect(await refusal(body, json('$'))).toBe('the document is nested more than 1,000 deep')
  })

  it('F-07 takes what is nested 1,000 deep, and finds it', async () => {
    expect(await members('{"a":'.repeat(999) + '["1.1.1.1"]' + '}'.repeat(999), json('$..a[0]'))).toEqual(['1.1.1.1/32'])
    expect(await refusal('{"a":'.repeat(1000) + '["1.1.1.1"]' + '}'.repeat(1000), json('$..a[0]'))).toContain('1,000 deep')
  })

  it.each([
    ['numbers', `[${'0,'.repeat(30 * MIB)}0]`, 'the document has more than 8,000,000 values and names'],
    ['empty strings', `[${'"",'.repeat(20 * MIB)}""]`, 'the document has more than 8,000,000 values and names'],
    ['commas', ','.repeat(60 * MIB), 'the document has more than 8,000,000 values and names'],
    ['objects', `[${'{},'.repeat(5 * MIB)}{}]`, 'the document has more than 4,000,000 arrays, objects and names'],
    ['names', `[${'{"":0},'.repeat(3 * MIB)}0]`, 'the document has more than 4,000,000 arrays, objects and names'],
  ])('F-07 P-07 refuses millions of %s before it makes them', async (_, body, message) => {
    expect(await refusal(body, json('$'))).toBe(message)
  })

  it('P-07 refuses more than 64 MiB, and takes one string of nearly as much for a rejected entry', async () => {
    expect(await refusal(`["1.1.1.1","${'x'.repeat(64 * MIB)}"]`, json('$'))).toBe('the body is larger than 67,108,864 bytes, the most for json')
    const { rejections } = await parsed(`["1.1.1.1","${'x'.repeat(63 * MIB)}"]`, json('$'))
    expect(rejections).toEqual({ counts: { 'too-long': 1 }, samples: [{ line: 2, value: 'x'.repeat(32), reason: 'too-long' }] })
  })

  it('F-07 tells the line of a fault after millions of them', async () => {
    expect(await refusal(`${'\n'.repeat(60 * MIB)}[x`, json('$'))).toBe('the body is not a JSON document: line 62,914,561, character 2')
  })

  it('F-08 takes the last of two equal names, as JSON.parse does', async () => {
    expect(await members('{"a": ["1.1.1.1"], "a": ["2.2.2.2"]}', json('$.a'))).toEqual(['2.2.2.2/32'])
  })

  it('F-07 finds __proto__ and constructor only where the document has them, and changes no other object by them', async () => {
    const body = '{"__proto__": {"polluted": ["1.1.1.1"]}, "constructor": {"prototype": {"polluted": ["2.2.2.2"]}}}'
    expect(await members(body, json('$..polluted[*]'))).toEqual(['1.1.1.1/32', '2.2.2.2/32'])
    expect(await members(body, json('$["__proto__"].polluted'))).toEqual(['1.1.1.1/32'])
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    for (const path of ['$["__proto__"]', '$.constructor', '$.toString', '$["length"]', '$..hasOwnProperty']) {
      expect(await refusal('{"a": ["1.1.1.1"]}', json(path))).toContain('matches nothing')
    }
    expect(await refusal('["1.1.1.1"]', json('$.length'))).toContain('matches nothing')
  })

  it('F-09 counts numbers of any size as what they are: no strings', async () => {
    const huge = `["1.1.1.1", 1e999999, -0, ${'9'.repeat(100_000)}, 0.${'1'.repeat(100_000)}]`
    expect((await parsed(huge, json('$'))).rejections.counts).toEqual({ 'not-a-string': 4 })
  })

  it('F-12 rejects strings with half a character or broken UTF-8, and shows them printably', async () => {
    const lone = await parsed(String.raw`["1.1.1.1", "\ud800", "a\udc00.example"]`, { ...json('$') })
    expect(lone.rejections.samples.map(({ value }) => value)).toEqual(['?', 'a?.example'])
    const broken = new Uint8Array([...new TextEncoder().encode('["1.1.1.1","'), 0xff, 0xc3, ...new TextEncoder().encode('"]')])
    expect((await parsed(broken, json('$'))).rejections.counts).toEqual({ 'not-utf8': 1 })
  })

  it.each(['["1.1.1.1"]]', '["1.1.1.1"],', '["1.1.1.1"]\u0000', '["1.1.1.1"]\ufeff', '["1.1.1.1"] // why', '[1.1.1.1]', '["1.1.1.1",]', 'NaN', '\u0000'])(
    'F-07 refuses %j, which only nearly is a document',
    async (body) => {
      expect(await refusal(body, json('$'))).toMatch(/^the body is not a JSON document: /)
    },
  )
})

describe('hostile json paths', { timeout: 60_000 }, () => {
  /** 900 objects in one another, and a wide list in the innermost. */
  const deepAndWide = `${'{"a":'.repeat(900)}[${'0,'.repeat(1_000_000)}0]${'}'.repeat(900)}`
  const wide = `[${'"1.1.1.1",'.repeat(1_000_000)}"1.1.1.1"]`
  const deep = `${'{"a":'.repeat(900)}["1.1.1.1"]${'}'.repeat(900)}`

  it.each([
    ['$..*..*..*', deep],
    ['$..*..*..*..*', deepAndWide],
    ['$..*..nowhere', deepAndWide],
    [`$${'..*'.repeat(32)}`, deep],
    [`$[${Array(64).fill('*').join()}]`, wide],
    [`$[${Array(64).fill('::-1').join()}]`, wide],
    [`$${'[0,0,0,0]'.repeat(32)}`, '['.repeat(40) + ']'.repeat(40)],
  ])('F-08 ends %.20s at its limit', async (path, body) => {
    expect(await refusal(body, json(path))).toBe('the json path leads to more than 8,000,000 places in the document')
  })

  it('F-08 reads a large document by the plain paths that lists want', async () => {
    const rows = JSON.stringify(Array.from({ length: 300_000 }, (_, i) => ({ ip: `10.${i >>> 16}.${(i >>> 8) & 255}.${i & 255}` })))
    for (const path of ['$[*].ip', '$..ip', '$..*']) expect((await parse(rows, json(path))).ok).toBe(true)
  })
})
