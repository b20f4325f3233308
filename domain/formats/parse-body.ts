import type { Content } from '../feed/content.ts'
import type { Format } from '../feed/feed.ts'
import { ANNOTATION_PREFIX } from '../feed/feed.ts'
import { BodyRefused } from '../sets/body-refused.ts'
import { Entries } from '../sets/entries.ts'
import type { ParsedSet } from '../sets/indicator-set.ts'
import { fromStart } from './body-start.ts'
import { readCsv } from './csv.ts'
import { type GiveWay, inPieces, keepGoing } from './give-way.ts'
import { readJson } from './json.ts'
import { readNewline } from './newline.ts'

/** How a body is to be read. */
export interface ParseOptions {
  /** What its values are. */
  readonly content: Content
  /** Where in it they are. */
  readonly format: Format
  /** Accept a well-formed empty list (contract P-11). */
  readonly allowEmpty: boolean
  /** @default goes on to the end */
  /** Called between stretches of work, so that others have their turn and the reading can be ended. */
  readonly giveWay?: GiveWay
}

/** A set, or one sentence that says what was found and what would be right; it quotes at most column names and JSON kinds. */
export type ParseResult = { readonly ok: true; readonly parsed: ParsedSet } | { readonly ok: false; readonly message: string }

/** What reads a body in chunks to its set; `parseBody` is the one there is, and what a step that parses is given. */
export type ParseBody = (body: AsyncIterable<Uint8Array>, options: ParseOptions) => Promise<ParseResult>

/**
 * Reads a feed's body, in whatever chunks it comes, to its set and what it rejected (contract F-01 to F-12, N-01 to N-06, P-11).
 * Memory is bounded by the set, for json by the document. An error that reading the body or giving way throws passes through.
 */
export const parseBody: ParseBody = async (body, { content, format, allowEmpty, giveWay = keepGoing }): Promise<ParseResult> => {
  const entries = new Entries(content)
  try {
    await readFormat(fromStart(inPieces(body, giveWay)), format, entries, giveWay)
    if (entries.count === 0 && !allowEmpty) return { ok: false, message: EMPTY_LIST }
    return { ok: true, parsed: await entries.finish() }
  } catch (error) {
    if (error instanceof BodyRefused) return { ok: false, message: error.message }
    throw error
  }
}

const EMPTY_LIST = `the list is well-formed and has no entries; the annotation ${ANNOTATION_PREFIX}allow-empty: "true" accepts that`

function readFormat(body: AsyncIterable<Uint8Array>, format: Format, entries: Entries, giveWay: GiveWay): Promise<void> {
  switch (format.kind) {
    case 'newline':
      return readNewline(body, entries)
    case 'json':
      return readJson(body, format.path, entries, giveWay)
    case 'csv':
      return readCsv(body, format, entries)
  }
}
