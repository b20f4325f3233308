import type { Content } from '../feed/content.ts'
import type { Format } from '../feed/feed.ts'
import type { ParsedSet } from '../sets/indicator-set.ts'

export interface ParseOptions {
  readonly content: Content
  readonly format: Format
  /** Accept a well-formed empty list (contract P-11). */
  readonly allowEmpty: boolean
}

/** A set, or one sentence that says what was found and what would be right; it quotes at most column names and JSON kinds. */
export type ParseResult = { readonly ok: true; readonly parsed: ParsedSet } | { readonly ok: false; readonly message: string }

export type ParseBody = (body: AsyncIterable<Uint8Array>, options: ParseOptions) => Promise<ParseResult>
