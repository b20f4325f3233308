import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonBounds } from '../../../domain/formats/json-bounds.ts'

const limits = { depth: 5, places: 20, costly: 10 }

/** What is wrong with a document that comes in pieces of so many bytes, or null. */
function excess(document: string, size: number): string | null {
  const bytes = new TextEncoder().encode(document)
  const bounds = new JsonBounds(limits)
  try {
    for (let at = 0; at < bytes.length; at += size) bounds.push(bytes.subarray(at, at + size))
    return null
  } catch (error) {
    return (error as Error).message
  }
}

describe('the bounds of a document', () => {
  it.each([
    ['[[[[[]]]]]', null],
    ['[[[[[[]]]]]]', 'the document is nested more than 5 deep'],
    ['{"a":{"a":{"a":{"a":{}}}}}', null],
    ['[[[[[{}]]]]]', 'the document is nested more than 5 deep'],
    ['[0, [1, [true, [2, [3, [4]]]]]]', 'the document is nested more than 5 deep'],
    ['[[[[[]]]],[[[[]]]]]', null],
    [`[${'0,'.repeat(19)}0]`, null],
    [`[${'0,'.repeat(20)}0]`, 'the document has more than 20 values and names'],
    [`[${'[],'.repeat(8)}[]]`, null],
    [`[${'[],'.repeat(9)}[]]`, 'the document has more than 10 arrays, objects and names'],
    ['{"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0}', null],
    ['{"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0,"j":0}', 'the document has more than 10 arrays, objects and names'],
    [String.raw`["[[[[[[", "\"[[[[[[", "\\", "{:,:,:,:,:,:,:,:,:,:,:,:,:,:,:,:,:,:,:,:,"]`, null],
    [String.raw`["\\", [[[[[["\""]]]]]]]`, 'the document is nested more than 5 deep'],
  ])('P-07 say of %s: %j', (document, message) => {
    for (const size of [1, 3, 100]) expect(excess(document, size)).toBe(message)
  })

  /** What a document holds, by walking it. */
  function shape(value: unknown, depth = 1): { depth: number; places: number; costly: number } {
    if (typeof value !== 'object' || value === null) return { depth: 0, places: 0, costly: 0 }
    const children = Object.values(value).map((child) => shape(child, depth + 1))
    const names = Array.isArray(value) ? 0 : children.length
    const sum = (of: 'places' | 'costly') => children.reduce((total, child) => total + child[of], 0)
    return {
      depth: 1 + Math.max(0, ...children.map((child) => child.depth)),
      places: 1 + names + Math.max(0, children.length - 1) + sum('places'),
      costly: 1 + names + sum('costly'),
    }
  }

  it('P-07 are those of the document, whatever its strings hold and however it is cut', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 7, noUnicodeString: false }), fc.integer({ min: 1, max: 9 }), (value, size) => {
        const { depth, places, costly } = shape(value)
        const exceeds = depth > limits.depth || places > limits.places || costly > limits.costly
        expect(excess(JSON.stringify(value), size) !== null).toBe(exceeds)
      }),
      { numRuns: 60 },
    )
  })
})
