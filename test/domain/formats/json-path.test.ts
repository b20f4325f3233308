import fc from 'fast-check'
import { JSONPath } from 'jsonpath-plus'
import { describe, expect, it } from 'vitest'
import { atOnce } from '../../../domain/formats/give-way.ts'
import { parseJsonPath } from '../../../domain/formats/json-path.ts'
import { selectNodes } from '../../../domain/formats/json-select.ts'

function select(path: string, document: unknown): readonly unknown[] {
  const parsed = parseJsonPath(path)
  if (!parsed.ok) throw new Error(`${path}: ${parsed.message}`)
  return atOnce(selectNodes(document, parsed.parts)).nodes
}

function refused(path: string): string {
  const parsed = parseJsonPath(path)
  if (parsed.ok) throw new Error(`${path} was understood`)
  return parsed.message
}

const STORE = {
  a: ['p', 'q', 'r', 's'],
  b: { name: 'n', list: [{ name: 'x' }, { name: 'y', inner: { name: 'z' } }] },
  'odd name': ['o'],
  ipv4: 1,
}

describe('the path language', () => {
  it.each([
    ['$', [STORE]],
    ['$.', [STORE]],
    [' $.ipv4\n', [1]],
    ['$.b.name', ['n']],
    ['$["odd name"][0]', ['o']],
    ['$["b"]["name"]', ['n']],
    ['$.a[0]', ['p']],
    ['$.a[-1]', ['s']],
    ['$.a[-4]', ['p']],
    ['$.a[-5]', []],
    ['$.a[4]', []],
    ['$.a[0,2]', ['p', 'r']],
    ['$.a[ 0 , -1 ]', ['p', 's']],
    ['$.a[\t0\t,\t-1\t]', ['p', 's']],
    ['$["ipv4","a"]', [1, STORE.a]],
    ['$.a[1:3]', ['q', 'r']],
    ['$.a[:2]', ['p', 'q']],
    ['$.a[2:]', ['r', 's']],
    ['$.a[-2:]', ['r', 's']],
    ['$.a[0:0]', []],
    ['$.a[-99:2]', ['p', 'q']],
    ['$.a[1:-99:-1]', ['q', 'p']],
    ['$.a[99:-99:-2]', ['s', 'q']],
    ['$.a[99:]', []],
    ['$.a[::2]', ['p', 'r']],
    ['$.a[1:99:2]', ['q', 's']],
    ['$.a[::-1]', ['s', 'r', 'q', 'p']],
    ['$.a[2:0:-1]', ['r', 'q']],
    ['$.a[*]', STORE.a],
    ['$.a.*', STORE.a],
    ['$.*', Object.values(STORE)],
    ['$.b.list[*].name', ['x', 'y']],
    ['$..name', ['n', 'x', 'y', 'z']],
    ['$..["name"]', ['n', 'x', 'y', 'z']],
    ['$.b..name', ['n', 'x', 'y', 'z']],
    ['$..list[0].name', ['x']],
    ['$..[0]', ['p', { name: 'x' }, 'o']],
    ['$.missing', []],
    ['$.a.length', []],
    ['$.a["0"]', []],
    ['$.ipv4[0]', []],
    ['$.b.name[0]', []],
    ['$.b[0]', []],
    ['$.b[:]', []],
    ['$.b.name[:]', []],
    ['$.b.name.*', []],
    ['$.b.name.length', []],
    ['$.ipv4.*', []],
  ])('F-08 reads %s', (path, nodes) => {
    expect(select(path, STORE)).toEqual(nodes)
  })

  it('F-08 reads everything below with ..*', () => {
    expect(select('$..*', { a: [1, { b: 2 }] })).toEqual([[1, { b: 2 }], 1, { b: 2 }, 2])
  })

  it.each([
    ['$[?(@.x)]', 'filters'],
    ['$.a[?(@ == 1)]', 'filters'],
    ['$[(@.length-1)]', 'parentheses'],
    ['$.a.(b)', 'parentheses'],
    ["$['a']", 'double quotes'],
    ['$.a^', 'parents'],
    ['$.a~', 'property names'],
    ['$.a.^', 'parents'],
    ['$.a^b', 'parents'],
    ['$.a~b', 'property names'],
    ['$.a@string()', 'types'],
    ['$.a.@number()', 'types'],
  ])('F-07 refuses %s, saying that %s are not supported', (path, what) => {
    expect(refused(path)).toContain(what)
  })

  it.each(['', 'a', '.a', '@.a', '$a', '$..', '$.a.', '$.a..', '$[', '$[]', '$[0', '$["a', '$["a"', '$["\\x"]', '$[0,]', '$[,0]', '$[1:2:0]', '$[01]', '$[1.5]', '$[a]', '$.a b', '$.a,b', '$.`a', '$.a[0]b', '$...a', '$.["a"]'])(
    'F-07 refuses %j with a sentence',
    (path) => {
      expect(refused(path)).toMatch(/^(?:the|a) /)
    },
  )

  it.each([
    ['$.a.', 'the path ends where a name, * or [ is wanted'],
    ['$["a', 'the double quote at character 3 of the path is not closed'],
    ['$["a\\', 'the double quote at character 3 of the path is not closed'],
    ['$["a"]["\\x"]', "a backslash escape in the name at character 8 of the path is not one of JSON's"],
    ['$.a[?(@.x)]', 'filters are not supported (character 5 of the path)'],
    ['$.a.b c', 'the path is not understood from character 6 on; a name with other characters than letters, digits, - and _ is written as ["name"]'],
  ])('F-07 says of %j the place: %s', (path, message) => {
    expect(refused(path)).toBe(message)
  })

  it('F-08 reads a name with control characters as they are', () => {
    expect(select('$["a\u0001\tb"]', { 'a\u0001\tb': 1 })).toEqual([1])
  })

  it('F-08 finds nothing below null', () => {
    for (const path of ['$.a.b', '$.a[0]', '$.a[:]', '$.a.*', '$..b']) expect(select(path, { a: null })).toEqual([])
  })

  it('F-07 bounds a path', () => {
    expect(select(`$${'.a'.repeat(32)}`, {})).toEqual([])
    expect(select(`$[${'0,'.repeat(63)}0]`, [1])).toHaveLength(64)
    expect(select(`$.${'a'.repeat(1_022)}`, {})).toEqual([])
    expect(refused(`$.${'a'.repeat(1_024)}`)).toContain('1024')
    expect(refused(`$${'.a'.repeat(33)}`)).toContain('32')
    expect(refused(`$[${'0,'.repeat(64)}0]`)).toContain('64')
  })

  it('F-08 reads with ["..."] just that key, whatever characters it has', { timeout: 30_000 }, () => {
    const key = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.string({ unit: fc.constantFrom(...'ab,;`*.^~@$?()[]\'"\\#1:-/ '), maxLength: 12 }),
      fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '*', '..', '$', '^', '~', '@string()', '?(1)', '(1)', '0', '-1', '1:2', ':', '`a', 'a,b', ''),
    )
    fc.assert(
      fc.property(key, fc.dictionary(key, fc.string({ maxLength: 2 }), { maxKeys: 4 }), (name, others) => {
        const document = JSON.parse(JSON.stringify(others)) as Record<string, unknown>
        const path = `$[${JSON.stringify(name)}]`
        expect(select(path, document)).toEqual(Object.hasOwn(document, name) ? [document[name]] : [])
        Object.defineProperty(document, name, { value: 'here', enumerable: true })
        expect(select(path, document)).toEqual(['here'])
      }),
      { numRuns: 500 },
    )
  })

  it('F-07 reads no inherited property', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(select(`$.${name}`, {})).toEqual([])
      expect(select(`$..${name}`, { a: [{}] })).toEqual([])
    }
    expect(select('$.__proto__', JSON.parse('{"__proto__": ["1.2.3.4"]}'))).toEqual([['1.2.3.4']])
  })

  it('F-08 goes as deep as a document does', () => {
    const deep = `${'{"a":'.repeat(50_000)}"end"${'}'.repeat(50_000)}`
    expect(select('$..a', JSON.parse(deep)).length).toBe(50_000)
  })

  it('F-09 gives up on a path that leads to more places than any set has members', { timeout: 30_000 }, () => {
    const document = Array.from({ length: 300 }, () => Array.from({ length: 300 }, () => 0))
    expect(() => select('$[*,*,*,*,*,*,*,*,*,*][*,*,*,*,*,*,*,*,*,*]', document)).toThrow('8,000,000 places')
  })

  // The part of the language in which jsonpath-plus is right, given as a string: plain names, indices, wildcards, descent.
  it('F-08 agrees with jsonpath-plus where both read a path', { timeout: 30_000 }, () => {
    const names = fc.constantFrom('a', 'b', 'c')
    const { document } = fc.letrec((tie) => ({
      document: fc.oneof({ maxDepth: 4 }, fc.integer({ min: 0, max: 9 }), tie('object'), tie('array')),
      object: fc.dictionary(names, tie('document'), { maxKeys: 3 }),
      array: fc.array(tie('document'), { maxLength: 3 }),
    }))
    const part = fc.oneof(
      names.map((name) => `.${name}`),
      names.map((name) => `..${name}`),
      fc.nat(2).map((index) => `[${index}]`),
      fc.constantFrom('.*', '[*]'),
    )
    fc.assert(
      fc.property(document, fc.array(part, { minLength: 1, maxLength: 4 }), (json, parts) => {
        const path = `$${parts.join('')}`
        const theirs = JSONPath({ path, json: json as object, eval: false }) as unknown[] | undefined
        expect([...select(path, json)].map(text).sort()).toEqual((theirs ?? []).map(text).sort())
      }),
      { numRuns: 500 },
    )
  })
})

function text(value: unknown): string {
  return JSON.stringify(value)
}
