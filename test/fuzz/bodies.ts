import fc from 'fast-check'
import { expect } from 'vitest'
import type { CsvFormat, Format } from '../../domain/feed/feed.ts'
import { parseBody, type ParseOptions, type ParseResult } from '../../domain/formats/parse-body.ts'
import type { ParsedSet } from '../../domain/sets/indicator-set.ts'
import { readSet } from '../../domain/sets/read-set.ts'
import { chunked } from '../domain/formats/bodies.ts'
import { CSV_BODIES, JSON_BODIES, JSON_PATHS, NEWLINE_BODIES } from './corpus.ts'
import { cuts, mutated, mutatedBytes } from './mutations.ts'

async function* inCuts(body: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0, i = 0; at < body.length; i++) {
    const length = lengths[i % lengths.length] ?? 1
    yield body.slice(at, at + length)
    at += length
  }
}

const delimiters = fc.constantFrom(',', ';', '\t', '|', ' ', '·', '😀')
const csvFormat: fc.Arbitrary<CsvFormat> = fc
  .record({
    header: fc.boolean(),
    columnDelimiter: delimiters,
    commentDelimiter: fc.constantFrom(undefined, '#', '%'),
    recordSize: fc.constantFrom(undefined, undefined, 1, 2, 3),
    anyWidth: fc.boolean(),
    column: fc.constantFrom<{ readonly fieldNum: number } | { readonly fieldName: string }>({ fieldNum: 0 }, { fieldNum: 1 }, { fieldNum: 2 }, { fieldName: 'ip' }),
  })
  .map(({ header, columnDelimiter, commentDelimiter, recordSize, anyWidth, column }) => ({
    kind: 'csv',
    header: header || 'fieldName' in column,
    columnDelimiter,
    disableRecordSizeValidation: anyWidth,
    ...column,
    ...(commentDelimiter === undefined ? {} : { commentDelimiter }),
    ...(recordSize === undefined || anyWidth ? {} : { recordSize }),
  }))

function optionsFor(format: fc.Arbitrary<Format>): fc.Arbitrary<ParseOptions> {
  return fc.record({ content: fc.constantFrom('IPSet', 'DomainNameSet'), format, allowEmpty: fc.boolean() })
}

/** What must be true of any body in any format: see `holds`. */
function bodyProperty(corpus: readonly string[], format: fc.Arbitrary<Format>) {
  return fc.asyncProperty(mutatedBytes(corpus), optionsFor(format), cuts, holds)
}

export const newlineBodies = bodyProperty(NEWLINE_BODIES, fc.constant({ kind: 'newline' }))
export const csvBodies = bodyProperty(CSV_BODIES, csvFormat)
export const jsonBodies = bodyProperty(
  JSON_BODIES,
  mutated(JSON_PATHS, 3).map((path) => ({ kind: 'json', path })),
)

/** The same result in one chunk, in any chunks and byte by byte; and what a result promises. */
async function holds(body: Uint8Array, options: ParseOptions, lengths: readonly number[]): Promise<void> {
  const result = await parseBody(chunked(body), options)
  expect(await parseBody(inCuts(body, lengths), options)).toEqual(result)
  expect(await parseBody(inCuts(body, [1]), options)).toEqual(result)
  if (result.ok) await isSound(result.parsed, options, body.length)
  else isSaid(result)
}

const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u

function isSaid({ message }: ParseResult & { readonly ok: false }): void {
  expect(message).not.toMatch(UNPRINTABLE)
  expect(message.length).toBeLessThan(1_500)
}

async function isSound({ set, rejections, entries }: ParsedSet, { content, allowEmpty }: ParseOptions, bytes: number): Promise<void> {
  const rejected = Object.values(rejections.counts).reduce((sum, count) => sum + count, 0)
  expect(rejected + set.members).toBeLessThanOrEqual(entries)
  expect(entries > 0 || allowEmpty).toBe(true)
  expect(set.members > 0 || entries === 0).toBe(true)
  expect(entries).toBeLessThanOrEqual(bytes)
  expect(rejections.samples).toHaveLength(Math.min(rejected, 10))
  for (const { value, line } of rejections.samples) {
    expect(value).not.toMatch(UNPRINTABLE)
    expect([...value].length).toBeLessThanOrEqual(32)
    expect(line).toBeGreaterThan(0)
  }
  expect(await readSet(set.text, content)).toEqual({ ok: true, set })
  if (set.members === 0) return
  const again = await parseBody(chunked(set.text), { content, format: { kind: 'newline' }, allowEmpty: false })
  expect(again).toEqual({ ok: true, parsed: { set, rejections: { counts: {}, samples: [] }, entries: set.members } })
}
