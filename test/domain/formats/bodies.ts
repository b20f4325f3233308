import type { CsvFormat } from '../../../domain/feed/feed.ts'
import { parseBody, type ParseOptions, type ParseResult } from '../../../domain/formats/parse-body.ts'
import { membersOf } from '../../../domain/sets/members.ts'
import type { ParsedSet } from '../../../domain/sets/indicator-set.ts'

/** A body that comes in chunks of so many bytes. */
export async function* chunked(body: string | Uint8Array, size = 65_536): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  for (let i = 0; i < bytes.length; i += size) yield bytes.slice(i, i + size)
}

/**
 * A comment for the beginning of a body that is to come in chunks: its first 64 bytes are looked at together (contract P-11), and only
 * what stands behind them is read as it comes.
 */
export const LOOKED_AT = `#${'-'.repeat(62)}\n`

export const NEWLINE: ParseOptions = { content: 'IPSet', format: { kind: 'newline' }, allowEmpty: false }

export function csv(options: Partial<CsvFormat>): ParseOptions {
  const format: CsvFormat = {
    kind: 'csv',
    header: false,
    columnDelimiter: ',',
    disableRecordSizeValidation: false,
    ...(options.fieldName === undefined ? { fieldNum: 0 } : {}),
    ...options,
  }
  return { content: 'IPSet', format, allowEmpty: false }
}

export function json(path: string): ParseOptions {
  return { content: 'IPSet', format: { kind: 'json', path }, allowEmpty: false }
}

export function parse(body: string | Uint8Array, options: ParseOptions = NEWLINE, chunk?: number): Promise<ParseResult> {
  return parseBody(chunked(body, chunk), options)
}

/** The set of a body that must be good. */
export async function parsed(body: string | Uint8Array, options?: ParseOptions): Promise<ParsedSet> {
  const result = await parse(body, options)
  if (!result.ok) throw new Error(`refused: ${result.message}`)
  return result.parsed
}

export async function members(body: string | Uint8Array, options?: ParseOptions): Promise<string[]> {
  return [...membersOf((await parsed(body, options)).set)]
}

/** Why a body that must be refused was. */
export async function refusal(body: string | Uint8Array, options?: ParseOptions): Promise<string> {
  const result = await parse(body, options)
  if (result.ok) throw new Error(`accepted with ${result.parsed.set.members} members`)
  return result.message
}
