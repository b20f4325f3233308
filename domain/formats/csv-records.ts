import type { CsvFormat } from '../feed/feed.ts'
import { BodyRefused } from '../sets/body-refused.ts'
import { figure } from '../sets/limits.ts'

/** A complete record, and the line it begins on. */
export interface CsvRecord {
  readonly text: string
  readonly line: number
  /** Whether a double quote is in it. */
  readonly quoted: boolean
  /** It was too long to be kept: `text` is how it begins. */
  readonly tooLong: boolean
}

type Delimiters = Pick<CsvFormat, 'columnDelimiter' | 'commentDelimiter'>

/** A line of which no more is kept: how it begins, null for a comment, and whether its quotes so far make no pairs. */
interface Dropped {
  readonly start: string | null
  oddQuotes: boolean
}

/** A record may span lines between quotes; one quote too many would otherwise hold the rest of the body. */
const MAX_RECORD_CHARACTERS = 8 * 1024 * 1024
/** What is kept of a longer one: enough for a sample. */
const KEPT_CHARACTERS = 64

/**
 * Cuts a csv body into complete records without reading them: a record ends at a newline with as many quotes before it as make pairs,
 * which is all that RFC 4180 asks. Lines that begin with the comment character and blank lines are left out (contract F-02), and
 * so is the CR before a record's end. This keeps the parser itself free of streams, which differ from runtime to runtime, and bounded.
 */
export class CsvRecords {
  readonly #comment: string | undefined
  readonly #delimiter: string
  readonly #give: (record: CsvRecord) => void
  readonly #longest: number
  #partial = ''
  #line = 1
  /** Lines of a record whose quotes are open, and their characters. */
  #open: string[] = []
  #openCharacters = 0
  #openLine = 0
  #dropping: Dropped | null = null

  /** @param longest characters of a record that are kept; at most the rest of a push more */
  constructor({ columnDelimiter, commentDelimiter }: Delimiters, give: (record: CsvRecord) => void, longest = MAX_RECORD_CHARACTERS) {
    this.#delimiter = columnDelimiter
    this.#comment = commentDelimiter
    this.#give = give
    this.#longest = longest
  }

  push(text: string): void {
    let start = 0
    for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', start)) {
      this.#endLine(this.#partial + text.slice(start, newline))
      this.#partial = ''
      start = newline + 1
    }
    this.#partial += text.slice(start)
    if (this.#dropping !== null || this.#partial.length > this.#longest) this.#drop()
  }

  /** What is left is the last record; one whose quotes are open is given too, for the parser to judge. */
  end(): void {
    if (this.#partial !== '' || this.#dropping !== null) this.#endLine(this.#partial)
    if (this.#open.length > 0) this.#giveRecord(this.#open.join('\n'), this.#openLine, true)
  }

  #endLine(line: string): void {
    const number = this.#line++
    if (this.#dropping !== null) return this.#endDropped(this.#dropping, line, number)
    const within = this.#open.length > 0
    if (!within && (this.#isComment(line) || this.#isBlank(line))) return
    const quoted = line.includes('"')
    const closes = (quoted && hasOddQuotes(line)) === within
    if (closes && !within) return this.#giveRecord(line, number, quoted)
    if (!within) this.#openLine = number
    this.#open.push(line)
    this.#openCharacters += line.length + 1
    if (this.#openCharacters > this.#longest) this.#refuseEndless(this.#openLine)
    if (!closes) return
    this.#giveRecord(this.#open.join('\n'), this.#openLine, true)
    this.#open = []
    this.#openCharacters = 0
  }

  #giveRecord(record: string, line: number, quoted: boolean): void {
    this.#give({ text: record.endsWith('\r') ? record.slice(0, -1) : record, line, quoted, tooLong: false })
  }

  /** Keeps nothing more of the line at hand. Within quotes there is no telling where a record ends, so that one is not passed over. */
  #drop(): void {
    if (this.#open.length > 0) this.#refuseEndless(this.#openLine)
    const start = this.#isComment(this.#partial) ? null : flat(this.#partial.slice(0, KEPT_CHARACTERS))
    this.#dropping ??= { start, oddQuotes: false }
    if (hasOddQuotes(this.#partial)) this.#dropping.oddQuotes = !this.#dropping.oddQuotes
    this.#partial = ''
  }

  #endDropped({ start, oddQuotes }: Dropped, rest: string, line: number): void {
    this.#dropping = null
    if (start === null) return
    if (hasOddQuotes(rest) !== oddQuotes) this.#refuseEndless(line)
    this.#give({ text: start, line, quoted: false, tooLong: true })
  }

  #isComment(line: string): boolean {
    return this.#comment !== undefined && line.startsWith(this.#comment)
  }

  /** Only space; but delimiters that are spaces make a record of empty values. */
  #isBlank(line: string): boolean {
    return line.trim() === '' && !line.includes(this.#delimiter)
  }

  #refuseEndless(line: number): never {
    const longest = figure(this.#longest)
    throw new BodyRefused(`the csv record at line ${line} is longer than ${longest} characters; a double quote may not be closed`)
  }
}

function hasOddQuotes(line: string): boolean {
  let odd = false
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) odd = !odd
  return odd
}

/** A text of its own, and not a slice that holds on to all it was cut from. */
function flat(text: string): string {
  return [...text].join('')
}
