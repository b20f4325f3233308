import type { CsvFormat } from './feed.ts'
import type { Fields } from './fields.ts'
import { quote } from './quote.ts'

/** Longest column name that is read: no real header row has one near it. */
export const MAX_FIELD_NAME = 256

/** Reads `csv` (contract V-10 to V-12), every problem of it. @returns undefined when it is invalid. */
export function readCsv(csv: Fields): CsvFormat | undefined {
  const header = csv.flag('header')
  const column = readColumn(csv, header)
  const width = readWidth(csv, column.fieldNum)
  const delimiters = readDelimiters(csv)
  return csv.sound ? { kind: 'csv', header, ...column, ...width, ...delimiters } : undefined
}

function readColumn(csv: Fields, header: boolean): Pick<CsvFormat, 'fieldNum' | 'fieldName'> {
  const fieldNum = csv.count('fieldNum', 0)
  const fieldName = csv.text('fieldName')
  const named = csv.has('fieldName')
  if (csv.has('fieldNum') === named) {
    csv.refuseSelf(`must have exactly one of fieldNum and fieldName, found ${named ? 'both' : 'neither'}`)
  }
  if (fieldName === '') csv.refuse('fieldName', 'must not be empty')
  if (fieldName !== undefined && [...fieldName].length > MAX_FIELD_NAME) {
    csv.refuse('fieldName', `must have at most ${MAX_FIELD_NAME} characters`)
  }
  if (named && !header) csv.refuse('header', 'must be true with fieldName: without a header row no column has a name')
  return { ...(fieldNum === undefined ? {} : { fieldNum }), ...(fieldName === undefined ? {} : { fieldName }) }
}

function readWidth(csv: Fields, fieldNum: number | undefined): Pick<CsvFormat, 'recordSize' | 'disableRecordSizeValidation'> {
  const recordSize = csv.count('recordSize', 1)
  const disableRecordSizeValidation = csv.flag('disableRecordSizeValidation')
  if (recordSize !== undefined && disableRecordSizeValidation) {
    csv.refuse('recordSize', 'must not stand together with disableRecordSizeValidation: true')
  }
  if (fieldNum !== undefined && recordSize !== undefined && fieldNum >= recordSize) {
    csv.refuse('fieldNum', `must be below recordSize (columns count from 0), found ${fieldNum} of ${recordSize}`)
  }
  return { disableRecordSizeValidation, ...(recordSize === undefined ? {} : { recordSize }) }
}

function readDelimiters(csv: Fields): Pick<CsvFormat, 'columnDelimiter' | 'commentDelimiter'> {
  const columnDelimiter = readCharacter(csv, 'columnDelimiter') ?? ','
  const commentDelimiter = readCharacter(csv, 'commentDelimiter')
  if (columnDelimiter === commentDelimiter) {
    csv.refuse('commentDelimiter', `must differ from columnDelimiter, found ${quote(columnDelimiter)} as both`)
  }
  return { columnDelimiter, ...(commentDelimiter === undefined ? {} : { commentDelimiter }) }
}

function readCharacter(csv: Fields, key: string): string | undefined {
  const value = csv.text(key)
  if (value === undefined) return undefined
  // One character is one code point: at most two UTF-16 units.
  if (value.length <= 2 && [...value].length === 1 && !'"\r\n'.includes(value)) return value
  csv.refuse(key, `must be exactly one character, not a double quote or a line end, found ${quote(value)}`)
  return undefined
}
