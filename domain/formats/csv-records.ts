import { BodyRefused } from '../sets/body-refused.ts'
import { figure } from '../sets/limits.ts'

/** Complete records, joined by a newline, and the line each begins on. */
export interface Batch {
  readonly text: string
  readonly lines: readonly number[]
}

/** Enough for csv-parse to be busy, little enough to hold. */
const BATCH_CHARACTERS = 262_144
/** A record may span lines between quotes; one quote too many would otherwise hold the rest of the body. */
const MAX_RECORD_CHARACTERS = 8 * 1024 * 1024

/**
 * Cuts a csv body into complete records without reading them: a record ends at a newline with as many quotes before it as make pairs,
 * which is all that RFC 4180 asks. Lines that begin with the comment character and blank lines are left out (contract F-02), and
 * so is the CR before a record's end. This keeps the parser itself free of streams, which differ from runtime to runtime, and bounded.
 */
export class CsvRecords {
  readonly #comment: string | undefined
  readonly #delimiter: string
  #partial = ''
  #line = 1
  /** Lines of a record whose quotes are open, and their characters. */
  #open: string[] = []
  #openCharacters = 0
  #openLine = 0
  #droppingComment = false
  #records: string[] = []
  #lines: number[] = []
  #characters = 0

  constructor(columnDelimiter: string, commentDelimiter: string | undefined) {
    this.#delimiter = columnDelimiter
    this.#comment = commentDelimiter
  }

  /** Takes the next text; a batch when one is full. */
  push(text: string): Batch | null {
    let start = 0
    for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', start)) {
      this.#endLine(this.#partial + text.slice(start, newline))
      this.#partial = ''
      start = newline + 1
    }
    this.#partial += text.slice(start)
    this.#boundPartial()
    return this.#characters >= BATCH_CHARACTERS ? this.#takeBatch() : null
  }

  /** What is left; a record whose quotes are open is in it, for the parser to judge. */
  end(): Batch | null {
    if (this.#partial !== '') this.#endLine(this.#partial)
    if (this.#open.length > 0) this.#addRecord(this.#open.join('\n'), this.#openLine)
    return this.#lines.length > 0 ? this.#takeBatch() : null
  }

  #endLine(line: string): void {
    const number = this.#line++
    if (this.#droppingComment) {
      this.#droppingComment = false
      return
    }
    const within = this.#open.length > 0
    if (!within && (this.#isComment(line) || this.#isBlank(line))) return
    const closes = hasOddQuotes(line) === within
    if (closes && !within) return this.#addRecord(line, number)
    if (!within) this.#openLine = number
    this.#open.push(line)
    this.#openCharacters += line.length + 1
    if (this.#openCharacters > MAX_RECORD_CHARACTERS) this.#refuseLongRecord(this.#openLine)
    if (!closes) return
    this.#addRecord(this.#open.join('\n'), this.#openLine)
    this.#open = []
    this.#openCharacters = 0
  }

  #addRecord(text: string, line: number): void {
    const record = text.endsWith('\r') ? text.slice(0, -1) : text
    this.#records.push(record)
    this.#lines.push(line)
    this.#characters += record.length + 1
  }

  #takeBatch(): Batch {
    const batch = { text: this.#records.join('\n'), lines: this.#lines }
    this.#records = []
    this.#lines = []
    this.#characters = 0
    return batch
  }

  #boundPartial(): void {
    if (this.#partial.length <= MAX_RECORD_CHARACTERS) return
    if (this.#droppingComment || (this.#open.length === 0 && this.#isComment(this.#partial))) {
      this.#droppingComment = true
      this.#partial = ''
    } else {
      this.#refuseLongRecord(this.#open.length > 0 ? this.#openLine : this.#line)
    }
  }

  #refuseLongRecord(line: number): never {
    const longest = figure(MAX_RECORD_CHARACTERS)
    throw new BodyRefused(`the csv record at line ${line} is longer than ${longest} characters; a double quote may not be closed`)
  }

  #isComment(line: string): boolean {
    return this.#comment !== undefined && line.startsWith(this.#comment)
  }

  /** Only space; but delimiters that are spaces make a record of empty values. */
  #isBlank(line: string): boolean {
    return line.trim() === '' && !line.includes(this.#delimiter)
  }
}

function hasOddQuotes(line: string): boolean {
  let odd = false
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) odd = !odd
  return odd
}
