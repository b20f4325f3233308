import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonFault } from '../../../domain/formats/json-fault.ts'
import { json, refusal } from './bodies.ts'

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

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
    ['[nul]', 1],
    ["['a']", 1],
    ['{"a":1}x', 7],
    ['[[[[1]]]', 8],
    ['[] []', 3],
    ['[\t1,\r\n2 ]\t]', 10],
  ])('F-09 finds it in %j', (text, place) => {
    expect(jsonFault(text)).toBe(place)
  })
  it('F-09 finds none exactly where there is none, in documents with a character too few, too many or another', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '0', '1', '-', '.', 'e', ' ', '\n', '\r', '\t', 'true', 'null', '"a"', '\u0001', 'ü')
    const edited = fc.tuple(fc.json(), fc.nat(), fc.nat(2), piece).map(([text, at, cut, into]) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + into + text.slice(place + cut)
    })
    fc.assert(
      fc.property(fc.oneof(fc.json(), edited, fc.array(piece).map((pieces) => pieces.join(''))), (text) => {
        const fault = jsonFault(text)
        expect(fault === -1).toBe(isJson(text))
        // What stands before the fault is good as far as it goes.
        if (fault > 0) expect([-1, fault]).toContain(jsonFault(text.slice(0, fault)))
      }),
      { numRuns: 3_000 },
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
