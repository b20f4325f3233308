import type { Content } from '../feed/content.ts'
import type { CsvFormat } from '../feed/feed.ts'
import type { Head } from './head.ts'
import { isMember, memberShare } from './judge.ts'
import { splitRecord } from './records.ts'
import { entryLines } from './shape.ts'

/** In the order of preference where several fit. Those after the space are no tables, but they cut ports and urls apart. */
const DELIMITERS = [',', '\t', ';', '|', ' ', ':', '/']
/** Columns that are looked at. */
const COLUMNS = 64
const COLUMN_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .()/#-]{0,63}$/u

/** Formats under which a column of the lines gives members, best guess first; each is to be tried before it is told to anybody. */
export function guessTables(head: Head, content: Content): readonly CsvFormat[] {
  const lines = entryLines(head.lines)
  const single = guessSingleColumn(lines, content)
  return [...DELIMITERS.flatMap((delimiter) => guessTable(lines, delimiter, content)), ...single].flatMap((format) => {
    const commented = { ...format, ...commentDelimiterOf(head, format.columnDelimiter) }
    return [commented, { ...commented, disableRecordSizeValidation: true }]
  })
}

function guessTable(lines: readonly string[], columnDelimiter: string, content: Content): readonly CsvFormat[] {
  const records = lines.map((line) => splitRecord(line, columnDelimiter))
  if (records.filter(({ length }) => length > 1).length * 2 < records.length) return []
  const [first = [], ...rest] = records
  const column = bestColumn(rest.length === 0 ? [first] : rest, content)
  // A prefix cut at its slash would lose its length: what a slash cuts out is the host of a url.
  if (column === null || (columnDelimiter === '/' && column < 2)) return []
  return [{ kind: 'csv', ...columnOf(first, column, content), columnDelimiter, disableRecordSizeValidation: false }]
}

/** One entry a line below a line that is none: a header row. */
function guessSingleColumn([first, ...rest]: readonly string[], content: Content): readonly CsvFormat[] {
  if (first === undefined || isMember(first, content) || memberShare(rest.map((line) => line.trim()), content) < 0.9) return []
  return [{ kind: 'csv', ...columnOf([first.trim()], 0, content), columnDelimiter: ',', disableRecordSizeValidation: false }]
}

function bestColumn(records: readonly (readonly string[])[], content: Content): number | null {
  const width = Math.min(COLUMNS, Math.max(...records.map(({ length }) => length)))
  let best: number | null = null
  // At least half of the values, or the column is none of members.
  let bestShare = 0.5
  for (let column = 0; column < width; column++) {
    const share = memberShare(records.map((record) => record[column] ?? ''), content)
    if (share > bestShare) [best, bestShare] = [column, share]
  }
  return best
}

/** By its name where a header row names it, else by its number. */
function columnOf(first: readonly string[], column: number, content: Content): Pick<CsvFormat, 'header' | 'fieldName' | 'fieldNum'> {
  const name = first[column] ?? ''
  // An address names no column, whatever the feed lists.
  const header = first.every((cell) => !isMember(cell, content) && !isMember(cell, 'IPSet')) && COLUMN_NAME.test(name)
  if (!header) return { header: false, fieldNum: column }
  return first.indexOf(name) === column ? { header, fieldName: name } : { header, fieldNum: column }
}

function commentDelimiterOf({ lines }: Head, columnDelimiter: string): { readonly commentDelimiter?: string } {
  const found = ['#', ';', '!'].find((mark) => mark !== columnDelimiter && lines.some((line) => line.startsWith(mark)))
  return found === undefined ? {} : { commentDelimiter: found }
}
