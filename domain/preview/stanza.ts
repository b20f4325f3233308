import type { CsvFormat, Format } from '../feed/feed.ts'

/** `spec.pull.http.format` as a user writes it (contract V-08 to V-12), defaults left out. */
export type FormatStanza = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>

export function formatStanza(format: Format): FormatStanza {
  switch (format.kind) {
    case 'newline':
      return { newlineDelimited: {} }
    case 'json':
      return { json: { path: format.path } }
    case 'csv':
      return { csv: csvStanza(format) }
  }
}

function csvStanza(format: CsvFormat): Readonly<Record<string, string | number | boolean>> {
  const { fieldName, fieldNum, header, columnDelimiter, commentDelimiter, recordSize, disableRecordSizeValidation } = format
  return {
    ...(header ? { header } : {}),
    ...(fieldName === undefined ? {} : { fieldName }),
    ...(fieldNum === undefined ? {} : { fieldNum }),
    ...(columnDelimiter === ',' ? {} : { columnDelimiter }),
    ...(commentDelimiter === undefined ? {} : { commentDelimiter }),
    ...(recordSize === undefined ? {} : { recordSize }),
    ...(disableRecordSizeValidation ? { disableRecordSizeValidation } : {}),
  }
}
