import type { Content } from '../../../domain/feed/content.ts'
import type { CsvFormat, Format } from '../../../domain/feed/feed.ts'
import type { Body } from '../../../domain/preview/head.ts'
import { previewBody, type Preview } from '../../../domain/preview/preview.ts'

export const NEWLINE: Format = { kind: 'newline' }
export const CSV: CsvFormat = { kind: 'csv', header: false, fieldNum: 0, columnDelimiter: ',', disableRecordSizeValidation: false }

/** A body in chunks of seven bytes, that can be read as often as needed. */
export function bodyOf(data: string | Uint8Array): Body {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  return async function* () {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
  }
}

export function preview(data: string | Uint8Array, format: Format = NEWLINE, content: Content = 'IPSet'): Promise<Preview> {
  return previewBody(bodyOf(data), { content, format, allowEmpty: false })
}
