import type { CsvFormat } from '../feed/feed.ts'
import { printable } from '../sets/rejection-counter.ts'
import type { Head } from './head.ts'
import { splitRecord } from './records.ts'

/** A column of a csv body, by the number that `fieldNum` takes (contract F-03). */
export interface Column {
  /** From 0. */
  readonly number: number
  /** As the header row names it; null without one. */
  readonly name: string | null
  /** The first values, bounded and printable. */
  readonly values: readonly string[]
}

const VALUES = 3
const COLUMNS = 50
const CHARACTERS = 32

/** The columns of a csv body as its format cuts its first lines, at most 50; a record of several lines is not put together. */
export function columnsOf(head: Head, format: CsvFormat): readonly Column[] {
  const { columnDelimiter, commentDelimiter } = format
  const rows = head.lines
    .filter((line) => commentDelimiter === undefined || !line.startsWith(commentDelimiter))
    .slice(0, VALUES + 1)
    .map((line) => splitRecord(line, columnDelimiter))
  const names = format.header ? rows.shift() : undefined
  const shown = rows.slice(0, VALUES)
  const width = Math.min(COLUMNS, Math.max(0, names?.length ?? 0, ...shown.map(({ length }) => length)))
  return Array.from({ length: width }, (_, number) => ({
    number,
    name: names === undefined ? null : bounded(names[number] ?? ''),
    values: shown.map((row) => bounded(row[number] ?? '')),
  }))
}

function bounded(text: string): string {
  return printable(text, CHARACTERS)
}
