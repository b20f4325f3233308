import { describe, expect, it } from 'vitest'
import { readJson } from '../../../domain/formats/json.ts'
import { Entries } from '../../../domain/sets/entries.ts'
import { chunked, json, members, parse, parsed, refusal } from './bodies.ts'

describe('json', () => {
  it.each([
    ['$.', '["1.1.1.1", "2.2.2.0/24"]'],
    ['$', '["1.1.1.1", "2.2.2.0/24"]'],
    ['$.a', '{"a": ["1.1.1.1", "2.2.2.0/24"]}'],
    ['$[*].ip', '[{"ip": "1.1.1.1"}, {"ip": "2.2.2.0/24"}]'],
    ['$..ip', '{"x": [{"ip": "1.1.1.1"}, {"y": {"ip": "2.2.2.0/24"}}]}'],
    ['$.*', '{"x": "1.1.1.1", "y": "2.2.2.0/24"}'],
    ['$.feeds[-1].ips', '{"feeds": [{"ips": []}, {"ips": ["1.1.1.1", "2.2.2.0/24"]}]}'],
    ['$..list', '{"x": {"list": ["1.1.1.1", "2.2.2.0/24"]}}'],
    ['$["first","second"]', '{"first": "1.1.1.1", "second": "2.2.2.0/24"}'],
  ])('F-09 takes with %s the strings of %s', async (path, body) => {
    expect(await members(body, json(path))).toEqual(['1.1.1.1/32', '2.2.2.0/24'])
  })

  it('F-09 takes one string as a list where the path may give several', async () => {
    expect(await members('[{"ip": "1.1.1.1"}]', json('$[*].ip'))).toEqual(['1.1.1.1/32'])
  })

  it.each([
    ['$.b', '{"a": ["1.1.1.1"]}', 'the json path matches nothing in the document, which is an object'],
    ['$[*].ip', '[{"host": "x"}]', 'the json path matches nothing in the document, which is an array'],
    ['$', '"1.1.1.1"', 'the json path gives a string, where a list of strings is wanted'],
    ['$.a', '{"a": "1.1.1.1"}', 'the json path gives a string, where a list of strings is wanted'],
    ['$.a', '{"a": {"b": []}}', 'the json path gives an object, where a list of strings is wanted'],
    ['$', '{}', 'the json path gives an object, where a list of strings is wanted'],
    ['$', 'null', 'the json path gives null, where a list of strings is wanted'],
    ['$', 'true', 'the json path gives a boolean, where a list of strings is wanted'],
    ['$[0]', '["1.1.1.1"]', 'the json path gives a string, where a list of strings is wanted'],
    ['$.a', '{"a": [true, [], null]}', 'the json path gives a list of booleans and arrays and nulls, where a list of strings is wanted'],
    ['$', '7', 'the json path gives a number, where a list of strings is wanted'],
    ['$.a', '{"a": [1, 2, {}]}', 'the json path gives a list of numbers and objects, where a list of strings is wanted'],
    ['$[*].ips', '[{"ips": ["1.1.1.1"]}, {"ips": []}]', 'the json path gives a list of arrays, where a list of strings is wanted'],
    ['$..a', '{"a": {"b": 1}}', 'the json path gives a list of objects, where a list of strings is wanted'],
  ])('F-09 refuses what %s gives of %s', async (path, body, message) => {
    expect(await refusal(body, json(path))).toBe(message)
  })

  it('F-09 counts items that are not strings as rejected', async () => {
    const { rejections, entries, set } = await parsed('["1.1.1.1", 5, null, {"a": "2.2.2.2"}, "bad"]', json('$'))
    expect({ members: set.members, entries, counts: rejections.counts }).toEqual({ members: 1, entries: 5, counts: { 'not-a-string': 3, 'not-an-address': 1 } })
    expect(rejections.samples).toEqual([
      { line: 2, value: 'a number', reason: 'not-a-string' },
      { line: 3, value: 'null', reason: 'not-a-string' },
      { line: 4, value: 'an object', reason: 'not-a-string' },
      { line: 5, value: 'bad', reason: 'not-an-address' },
    ])
  })

  it('F-09 gives way every few thousand items, and ends with what that throws', async () => {
    const body = JSON.stringify(Array.from({ length: 10_000 }, () => '1.1.1.1'))
    let turns = 0
    const entries = new Entries('IPSet')
    await readJson(chunked(body), '$', entries, async () => {
      turns++
    })
    // Two for the document, two for its items.
    expect([turns, entries.count]).toEqual([4, 10_000])
  })

  it.each([
    ['F-07', 'a document is read', JSON.stringify(Array.from({ length: 10_000 }, () => '1.1.1.1')), '$', 1],
    ['F-08', 'a path is followed', `${'['.repeat(40)}${']'.repeat(40)}`, `$${'[0,0,0,0]'.repeat(16)}`, 1],
    ['F-09', 'items are taken', JSON.stringify(Array.from({ length: 5_000 }, () => '1.1.1.1')), '$', 2],
  ])('%s ends while %s with what giving way throws', async (_id, _what, body, path, turn) => {
    let turns = 0
    const giveWay = () => (++turns === turn ? Promise.reject(new Error('cancelled')) : Promise.resolve())
    await expect(readJson(chunked(body), path, new Entries('IPSet'), giveWay)).rejects.toThrow('cancelled')
  })

  it('F-10 does not look into strings that hold encoded JSON', async () => {
    const encoded = JSON.stringify({ a: JSON.stringify({ b: ['1.1.1.1'] }) })
    expect(await refusal(encoded, json('$.a.b'))).toContain('matches nothing')
    expect(await refusal(encoded, json('$..b'))).toContain('matches nothing')
    expect(await refusal(JSON.stringify([JSON.stringify(['1.1.1.1'])]), json('$'))).toContain('not-an-address')
  })

  it.each([
    ['{"a": ["1.1.1.1"]', 'the body is not a JSON document'],
    ['1.1.1.1\n2.2.2.2\n', 'the body is not a JSON document'],
    ['{"token": secret-canary}', 'the body is not a JSON document'],
    ['["1.1.1.1"] ["2.2.2.2"]', 'the body is not a JSON document'],
    ['\n["1.1.1.1", x]', 'line 2, character 13'],
    ['["1.1.1.1\n"]', 'line 1, character 10'],
  ])('F-07 refuses %j as a whole and quotes nothing of it', async (body, message) => {
    const said = await refusal(body, json('$'))
    expect(said).toContain(message)
    expect(said).not.toMatch(/canary|1\.1\.1/)
  })

  it('F-07 never evaluates a path that was admitted under a laxer rule', async () => {
    expect(await refusal('["1.1.1.1"]', json('$[?(process.exit(1))]'))).toContain('filters are not supported')
  })

  it('F-08 reads a document with a byte order mark, cut anywhere', async () => {
    for (const size of [1, 2, 3, 7]) {
      const result = await parse('\ufeff{"é": ["1.1.1.1"]}', json('$["é"]'), size)
      expect(result.ok && result.parsed.set.members).toBe(1)
    }
  })

  it('F-08 reads characters whose bytes come in several pieces', async () => {
    for (const size of [1, 2, 3, 5]) {
      const entries = new Entries('IPSet')
      await readJson(chunked('{"é": ["1.1.1.1"]}', size), '$["é"]', entries)
      expect(entries.count).toBe(1)
    }
  })

  it('P-11 tells an empty list from a path that leads nowhere', async () => {
    for (const [path, body] of [['$', '[]'], ['$.list', '{"list": []}'], ['$.list[*]', '{"list": []}'], ['$[*].ip', '[]'], ['$[:3].ip', '[]']] as const) {
      expect(await refusal(body, json(path))).toContain('allow-empty')
      expect(await members(body, { ...json(path), allowEmpty: true })).toEqual([])
    }
    const nowhere = [
      ['$.list[*]', '{"list": {}}'],
      ['$..*', '[]'],
      ['$[0]', '[]'],
      ['$[*,0]', '[]'],
      ['$[*][*]', '[[],{}]'],
      ['$[5:]', '["1.1.1.1"]'],
    ] as const
    for (const [path, body] of nowhere) expect(await refusal(body, { ...json(path), allowEmpty: true })).toContain('matches nothing')
  })
})
