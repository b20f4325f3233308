import { CsvError, type Options, parse } from 'csv-parse/browser/esm/sync'
import type { CsvFormat } from '../feed/feed.ts'
import { BodyRefused } from '../sets/body-refused.ts'
import type { Entries } from '../sets/entries.ts'
import { printable } from '../sets/rejection-counter.ts'
import { type Batch, CsvRecords } from './csv-records.ts'

/**
 * Takes one column of a csv body (contract F-02 to F-06), as a stream.
 * @throws BodyRefused with the line number when a record has another width or its quoting is broken, and when the column is not there.
 */
export async function readCsv(body: AsyncIterable<Uint8Array>, format: CsvFormat, entries: Entries): Promise<void> {
  const decoder = new TextDecoder()
  const records = new CsvRecords(format.columnDelimiter, format.commentDelimiter)
  const column = new Column(format, entries)
  for await (const chunk of body) {
    const batch = records.push(decoder.decode(chunk, { stream: true }))
    if (batch === null) continue
    readBatch(batch, format, column)
    entries.assertSize()
  }
  const rest = decoder.decode()
  if (rest !== '') {
    const batch = records.push(rest)
    if (batch !== null) readBatch(batch, format, column)
  }
  const last = records.end()
  if (last !== null) readBatch(last, format, column)
}

function readBatch(batch: Batch, format: CsvFormat, column: Column): void {
  // Without a quote a record is what stands between delimiters; csv-parse says the same and takes twenty times as long (a test compares).
  const records = batch.text.includes('"') ? readQuoted(batch, format, column) : readPlain(batch, format)
  records.forEach((record, i) => column.take(record, batch.lines[i] ?? 0))
}

function readPlain({ text }: Batch, format: CsvFormat): string[][] {
  return text.split('\n').map((record) => record.split(format.columnDelimiter))
}

function readQuoted({ text, lines }: Batch, format: CsvFormat, column: Column): string[][] {
  const options: Options = {
    delimiter: format.columnDelimiter,
    record_delimiter: '\n',
    // csv-parse looks for the delimiter before it trims, so a tab stays one.
    trim: true,
    // Widths are judged here, by our rules and with our line numbers.
    relax_column_count: true,
  }
  try {
    return parse(text, options)
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    // Read again up to the broken record, whose number is not told; an earlier record of a wrong width is said first.
    let read = 0
    const take = (record: readonly string[]): null => {
      column.take(record, lines[read++] ?? 0)
      return null
    }
    try {
      parse(text, { ...options, on_record: take })
    } catch (again) {
      if (!(again instanceof CsvError)) throw again
    }
    throw new BodyRefused(`csv line ${lines[read] ?? 0}: ${brokenQuoting(error.code)}`)
  }
}

function brokenQuoting(code: string): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a double quote is not closed'
    case 'INVALID_OPENING_QUOTE':
      return 'a double quote stands inside a value that does not begin with one'
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE':
      return 'text follows the double quote that closes a value'
    default:
      return 'the record cannot be read'
  }
}

/** The column asked for: found in the first record, then taken out of every other. */
class Column {
  readonly #format: CsvFormat
  readonly #entries: Entries
  #width: number | null
  #index: number | null

  constructor(format: CsvFormat, entries: Entries) {
    this.#format = format
    this.#entries = entries
    this.#width = format.recordSize ?? null
    this.#index = null
  }

  take(record: readonly string[], line: number): void {
    this.#assertWidth(record, line)
    if (this.#index === null) {
      this.#index = this.#findIn(record, line)
      if (this.#format.header) return
    }
    const value = record[this.#index]
    if (value === undefined) this.#entries.reject('missing-column', line, record.join(this.#format.columnDelimiter).slice(0, 64))
    else this.#entries.takeText(value.trim(), line)
  }

  #assertWidth(record: readonly string[], line: number): void {
    if (this.#format.disableRecordSizeValidation) return
    this.#width ??= record.length
    if (record.length === this.#width) return
    const expected = this.#format.recordSize === undefined ? 'the first record has' : 'recordSize is'
    throw new BodyRefused(`csv line ${line}: the record has ${columns(record.length)}, where ${expected} ${this.#width}`)
  }

  #findIn(first: readonly string[], line: number): number {
    const { fieldName, fieldNum, disableRecordSizeValidation } = this.#format
    if (fieldName === undefined) {
      const index = fieldNum ?? 0
      if (index < first.length || disableRecordSizeValidation) return index
      throw new BodyRefused(`csv line ${line}: the record has ${columns(first.length)}, and fieldNum ${index} counts from 0`)
    }
    const index = first.findIndex((name) => name.trim() === fieldName.trim())
    if (index >= 0) return index
    throw new BodyRefused(`csv line ${line}: no column is named ${quoted(fieldName)}; the columns are ${listed(first)}`)
  }
}

function columns(count: number): string {
  return count === 1 ? '1 column' : `${count} columns`
}

/** Column names are a feed's own text: bounded in number and length, and printable (contract T-04). */
const SHOWN_NAMES = 20
const SHOWN_CHARACTERS = 32

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).map(quoted).join(', ')
  return names.length > SHOWN_NAMES ? `${shown} and ${names.length - SHOWN_NAMES} more` : shown
}

function quoted(name: string): string {
  return `"${printable(name.trim(), SHOWN_CHARACTERS)}"`
}
