import type { CsvFormat } from '../feed/feed.ts'
import { BodyRefused } from '../sets/body-refused.ts'
import type { Entries } from '../sets/entries.ts'
import { printable } from '../sets/rejection-counter.ts'

/** The column asked for: found in the first record, then taken out of every other. */
export class CsvColumn {
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

  /** A record without a quote: what stands between delimiters, as csv-parse would have it (a test compares), cut out without the rest. */
  takePlain(record: string, line: number): void {
    const { columnDelimiter } = this.#format
    if (this.#index === null) return this.take(record.split(columnDelimiter), line)
    let value: string | undefined
    let width = 0
    for (let start = 0, end = 0; end >= 0; start = end + columnDelimiter.length) {
      end = record.indexOf(columnDelimiter, start)
      if (width === this.#index) value = end < 0 ? record.slice(start) : record.slice(start, end)
      width++
    }
    this.#assertWidth(width, line)
    this.#takeValue(value, record, line)
  }

  take(record: readonly string[], line: number): void {
    this.#assertWidth(record.length, line)
    if (this.#index === null) {
      this.#index = this.#findIn(record, line)
      if (this.#format.header) return
    }
    const value = record[this.#index]
    this.#takeValue(value, value === undefined ? record.join(this.#format.columnDelimiter) : '', line)
  }

  /** A record that was not kept whole: rejected, its width not judged; but the first decides how the others are read. */
  takeTooLong(start: string, line: number): void {
    if (this.#index === null) throw new BodyRefused(`csv line ${line}: the first record is too long to be read`)
    this.#entries.reject('too-long', line, start)
  }

  #takeValue(value: string | undefined, record: string, line: number): void {
    if (value === undefined) this.#entries.reject('missing-column', line, record)
    else this.#entries.takeText(value.trim(), line)
  }

  #assertWidth(width: number, line: number): void {
    if (this.#format.disableRecordSizeValidation) return
    this.#width ??= width
    if (width === this.#width) return
    const expected = this.#format.recordSize === undefined ? 'the first record has' : 'recordSize is'
    throw new BodyRefused(`csv line ${line}: the record has ${columns(width)}, where ${expected} ${this.#width}`)
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
