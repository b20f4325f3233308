import { CsvError, type Options, parse } from 'csv-parse/browser/esm/sync'
import type { CsvFormat } from '../feed/feed.ts'
import { BodyRefused } from '../sets/body-refused.ts'
import type { Entries } from '../sets/entries.ts'
import { CsvColumn } from './csv-column.ts'
import { type CsvRecord, CsvRecords } from './csv-records.ts'

/** Characters of records with quotes that are read at once: enough for csv-parse to be busy, little enough to hold. */
const BATCH_CHARACTERS = 262_144

/**
 * Takes one column of a csv body (contract F-02 to F-06), as a stream.
 * @throws BodyRefused with the line number when a record has another width or its quoting is broken, and when the column is not there.
 */
export async function readCsv(body: AsyncIterable<Uint8Array>, format: CsvFormat, entries: Entries): Promise<void> {
  const decoder = new TextDecoder()
  const reader = new CsvReader(format, entries)
  const records = new CsvRecords(format, (record) => reader.read(record))
  for await (const chunk of body) {
    records.push(decoder.decode(chunk, { stream: true }))
    entries.assertSize()
  }
  records.push(decoder.decode())
  records.end()
  reader.end()
}

/** Reads records in their order: plain ones as they come, those with quotes by csv-parse, which takes twenty times as long, in batches. */
class CsvReader {
  readonly #format: CsvFormat
  readonly #column: CsvColumn
  #batch: CsvRecord[] = []
  #characters = 0

  constructor(format: CsvFormat, entries: Entries) {
    this.#format = format
    this.#column = new CsvColumn(format, entries)
  }

  read(record: CsvRecord): void {
    if (record.tooLong) {
      this.end()
      this.#column.takeTooLong(record.text, record.line)
    } else if (!record.quoted && this.#batch.length === 0) {
      this.#column.takePlain(record.text, record.line)
    } else {
      this.#batch.push(record)
      this.#characters += record.text.length
      if (this.#characters >= BATCH_CHARACTERS) this.end()
    }
  }

  /** Reads what waits for a batch to fill. */
  end(): void {
    const batch = this.#batch
    this.#batch = []
    this.#characters = 0
    if (batch.length > 0) readQuoted(batch, this.#format, this.#column)
  }
}

function readQuoted(batch: readonly CsvRecord[], format: CsvFormat, column: CsvColumn): void {
  const text = batch.map((record) => record.text).join('\n')
  const options: Options = {
    delimiter: format.columnDelimiter,
    record_delimiter: '\n',
    // csv-parse looks for the delimiter before it trims, so a tab stays one.
    trim: true,
    // Widths are judged here, by our rules and with our line numbers.
    relax_column_count: true,
  }
  // Records go to the column one by one, since which one is broken is told by how many came before it.
  let read = 0
  const take = (record: readonly string[]): null => {
    column.take(record, batch[read++]?.line ?? 0)
    return null
  }
  try {
    parse(text, { ...options, on_record: take })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new BodyRefused(`csv line ${batch[read]?.line ?? 0}: ${brokenQuoting(error.code)}`)
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
