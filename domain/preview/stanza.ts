import type { Content } from '../feed/content.ts'
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

/** The format in one line, such as `csv header: true, fieldName: "ip"`. */
export function formatText(format: Format): string {
  const [[name, fields] = ['', {}]] = Object.entries(formatStanza(format))
  return [name, Object.entries(fields).map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(', ')].join(' ').trim()
}

/** YAML of a spec to paste; `content` only where it is to be said. */
export function specYaml(format: Format, content: Content | null): string {
  const [[name, fields] = ['', {}]] = Object.entries(formatStanza(format))
  const values = Object.entries(fields)
  return [
    'spec:',
    ...(content === null ? [] : [`  content: ${content}`]),
    '  pull:',
    '    http:',
    '      format:',
    values.length === 0 ? `        ${name}: {}` : `        ${name}:`,
    // JSON's texts are texts of YAML.
    ...values.map(([key, value]) => `          ${key}: ${JSON.stringify(value)}`),
  ].join('\n')
}
