import type { Format } from '../feed/feed.ts'
import { parseBody, type ParseOptions } from '../formats/parse-body.ts'
import type { Rejections } from '../sets/indicator-set.ts'
import { printable } from '../sets/rejection-counter.ts'
import { type AddressFacts, addressFacts } from './address-facts.ts'
import { advice } from './advice.ts'
import { type Column, columnsOf } from './columns.ts'
import { countRejected } from './count-rejected.ts'
import { type Body, type Head, readHead } from './head.ts'
import { type NameFacts, nameFacts } from './name-facts.ts'
import { shapeOf } from './shape.ts'
import { type Outcome, type Suggestion, suggest, total } from './suggest.ts'

/** What a body would give, or why it is refused and what is known of it all the same. */
export interface Preview {
  /** Why a pull of this body would fail (contract P-11, F-05, N-06); null when it would not. */
  readonly refused: string | null
  /** Values that the body holds. */
  readonly entries: number
  /** Members of the set they make. */
  readonly members: number
  /** Entries that name a member that another one has named. */
  readonly duplicates: number
  /** What was not taken, and why. */
  readonly rejections: Rejections
  /** Of the canonical set (contract N-03); null where the body is refused. */
  readonly sha256: string | null
  /** Of an IPSet; null for names, and where the body is refused. */
  readonly addresses: AddressFacts | null
  /** Of a DomainNameSet; null for addresses, and where the body is refused. */
  readonly names: NameFacts | null
  /** Of a csv body, or of one that would be read better as csv; else empty (contract F-03). */
  readonly columns: readonly Column[]
  /** The first lines of a body that is refused, bounded and printable. */
  readonly begins: readonly string[]
  /** What the data looks like, where it is of another format than the feed says. */
  readonly advice: string | null
  /** A content and format that fit it better: they have been tried on all of it. */
  readonly suggestion: Suggestion | null
}

const BEGINNING = { lines: 3, characters: 80 }

/** Reads a body as a feed would, and looks at what came of it. An error that reading it throws passes through. */
export async function previewBody(body: Body, said: ParseOptions): Promise<Preview> {
  const head = await readHead(body)
  const result = await parseBody(body(), said)
  const found = result.ok ? result.parsed : await countRejected(body, said)
  const rejected = total(found.rejections.counts)
  const set = result.ok ? result.parsed.set : null
  const now = set === null ? null : { members: set.members, rejected }
  const better = await lookForBetter(body, head, said, now)
  return {
    refused: result.ok ? null : result.message,
    entries: found.entries,
    members: set?.members ?? 0,
    duplicates: set === null ? 0 : found.entries - rejected - set.members,
    rejections: found.rejections,
    sha256: set?.sha256 ?? null,
    addresses: set?.content === 'IPSet' ? addressFacts(set) : null,
    names: set?.content === 'DomainNameSet' ? nameFacts(set) : null,
    columns: columns(head, said.format, better.suggestion),
    begins: result.ok ? [] : beginning(head),
    ...better,
  }
}

/** Nothing was rejected: nothing fits better. */
async function lookForBetter(body: Body, head: Head, said: ParseOptions, now: Outcome | null): Promise<Pick<Preview, 'advice' | 'suggestion'>> {
  if (now?.rejected === 0) return { advice: null, suggestion: null }
  const shape = shapeOf(head)
  if (shape === 'nothing') return { advice: null, suggestion: null }
  const suggestion = await suggest(body, head, shape, said, now)
  if (suggestion !== null || now === null || now.rejected > now.members) return { advice: advice(shape, said.format, suggestion), suggestion }
  return { advice: null, suggestion: null }
}

function columns(head: Head, said: Format, suggestion: Suggestion | null): readonly Column[] {
  // What fits shows the columns best: cut by a delimiter that is not there, all is one column.
  const format = suggestion?.format.kind === 'csv' ? suggestion.format : said
  return format.kind === 'csv' ? columnsOf(head, format) : []
}

function beginning({ lines }: Head): readonly string[] {
  return lines.slice(0, BEGINNING.lines).map((line) => printable(line, BEGINNING.characters))
}
