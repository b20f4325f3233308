import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atOnce } from '../../../domain/formats/give-way.ts'
import { type JsonDocument, readDocument } from '../../../domain/formats/json-document.ts'
import { json, refusal } from './bodies.ts'

const read = (text: string): JsonDocument => atOnce(readDocument(text))

/** What the engine makes of a text; nothing where it refuses it. */
const engines = (text: string): { readonly value: unknown } | null => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return null
  }
}

/** The offset of the fault; -1 where there is none. */
const jsonFault = (text: string): number => {
  const document = read(text)
  return document.ok ? -1 : document.fault
}

describe('a JSON document', { timeout: 30_000 }, () => {
  it.each([
    ['null'],
    [' true\t'],
    ['\r\n[false, null, {}, [], ""]'],
    ['[0, -0, 12.5, 1e3, -1.25E-2, 1E+2, 1e999, 12345678901234567890]'],
    [String.raw`["\" \\ \/ \b \f \n \r \t \u0041 \ud83d\ude00 \ud800", "plain ü 😀"]`],
    [String.raw`{"a": {"b": [1, {"c": "d"}]}, "\u0061b": 2, "": 3}`],
    ['{"a": 1, "b": 2, "a": [3]}'],
    ['{"10": 1, "9": 2, "x": 3}'],
    ['{"__proto__": {"polluted": 1}, "constructor": 2, "toString": 3, "__proto__": 4}'],
  ])('F-07 is read from %j as JSON.parse does', (text) => {
    const document = read(text)
    expect(document).toStrictEqual({ ok: true, ...engines(text) })
    expect(JSON.stringify(document.ok && document.value)).toBe(JSON.stringify(engines(text)?.value))
  })

  it('F-07 is read as JSON.parse does, whatever it holds', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: fc.constantFrom('a', '0', ' ', '"', '\\', '/', '\n', '\u0001', 'ü', '😀', '\ud800'), maxDepth: 3 }), fc.nat(2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        const document = read(text)
        expect(JSON.stringify(document.ok && document.value, null, indent)).toBe(text)
      }),
      { numRuns: 300 },
    )
  })

  it('F-07 changes no other object by __proto__', () => {
    const document = read('{"__proto__": {"polluted": 1}}')
    const value = document.ok ? Object(document.value) : null
    expect([Object.getPrototypeOf(value) === Object.prototype, Object.hasOwn(value, '__proto__'), 'polluted' in value]).toEqual([true, true, false])
  })

  it.each([
    ['an array of 100,000 numbers', JSON.stringify(Array.from({ length: 100_000 }, (_, i) => i)), 200_001],
    ['100,000 empty objects', `[${'{},'.repeat(99_999)}{}]`, 300_001],
    ['an object of 100,000 names', JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`n${i}`, 0]))), 300_001],
    ['100,000 open brackets', '['.repeat(100_000), 100_000],
  ])('F-07 is read in stretches of 8,192 tokens: %s', (_, text, tokens) => {
    const reading = readDocument(text)
    let turns = 0
    while (reading.next().done !== true) turns++
    expect(turns).toBe(Math.floor(tokens / 8_192))
  })
})

describe('the place where a text stops being JSON', () => {
  it.each([
    ['', 0],
    ['  ', 2],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":}', 5],
    ['{"a":1,}', 7],
    ['{a:1}', 1],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['[}', 1],
    ['{]', 1],
    ['1]', 1],
    ['[01]', 2],
    ['[1.]', 2],
    ['["a\nb"]', 3],
    ['["a\\x"]', 3],
    ['["a\\u12', 3],
    ['["a', 3],
    ['{"a\\x":1}', 3],
    ['{"a\nb":1}', 3],
    ['{"a', 3],
    ['[nul]', 1],
    ["['a']", 1],
    ['{"a":1}x', 7],
    ['[[[[1]]]', 8],
    ['[] []', 3],
    ['[\t1,\r\n2 ]\t]', 10],
  ])('F-09 finds it in %j', (text, place) => {
    expect(jsonFault(text)).toBe(place)
  })
  it('F-09 finds none exactly where there is none, in documents with a character too few, too many or another', { timeout: 60_000 }, () => {
    const piece = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '0', '1', '-', '.', 'e', ' ', '\n', '\r', '\t', 'true', 'null', '"a"', '\u0001', 'ü')
    const edited = fc.tuple(fc.json(), fc.nat(), fc.nat(2), piece).map(([text, at, cut, into]) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + into + text.slice(place + cut)
    })
    fc.assert(
      fc.property(fc.oneof(fc.json(), edited, fc.array(piece).map((pieces) => pieces.join(''))), (text) => {
        const fault = jsonFault(text)
        expect(fault === -1).toBe(engines(text) !== null)
        // What stands before the fault is good as far as it goes.
        if (fault > 0) expect([-1, fault]).toContain(jsonFault(text.slice(0, fault)))
      }),
      { numRuns: 2_000 },
    )
  })
  it('F-09 reads a hundred thousand open brackets without recursion', () => {
    expect(jsonFault('['.repeat(100_000))).toBe(100_000)
    expect(jsonFault(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toBe(-1)
  })
})

describe('what is said of a body that is no JSON', () => {
  it.each([
    ['{"ips": [\n  "1.1.1.1",\n  oops]}', 'the body is not a JSON document: line 3, character 3'],
    ['{"secret-token": }', 'the body is not a JSON document: line 1, character 18'],
    ['["1.1.1.1",\n"2.2', 'the body is not a JSON document: it ends on line 2 before it is complete'],
    ['["1.1.1.1"]\n["2.2.2.2"]\n', 'the body is not a JSON document: line 2, character 1'],
  ])('F-09 T-04 names the place of %j and quotes nothing', async (body, message) => {
    expect(await refusal(body, json('$'))).toBe(message)
  })
})
