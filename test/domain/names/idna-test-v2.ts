import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** A row of Unicode's IdnaTestV2.txt: what ToASCII without transitional processing makes of a source, and what is wrong with it. */
export interface IdnaRow {
  readonly source: string
  readonly toAscii: string
  /** Codes such as `B1` (bidi), `C2` (joiners), `V7` (validity), `A4_2` (length); with any of them ToASCII fails. */
  readonly status: readonly string[]
}

/** Unicode 16.0.0; the licence lies beside it. */
export function idnaRows(): IdnaRow[] {
  const text = gunzipSync(readFileSync('test/fixtures/idna-test-v2.txt.gz')).toString()
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(readRow)
}

/** A blank column means what the one before says: toAsciiN is by default toUnicode, which is by default the source. */
function readRow(line: string): IdnaRow {
  const [source = '', toUnicode = '', toUnicodeStatus = '', toAscii = '', toAsciiStatus = ''] = line
    .replace(/#.*/, '')
    .split(';')
    .map((column) => column.trim())
  return {
    source: unescaped(source),
    toAscii: unescaped(toAscii || toUnicode || source),
    status: (toAsciiStatus || toUnicodeStatus).match(/\w+/g) ?? [],
  }
}

function unescaped(column: string): string {
  if (column === '""') return ''
  return column.replace(/\\u([0-9A-F]{4})|\\x\{([0-9A-F]+)\}/g, (_, short?: string, long?: string) =>
    String.fromCodePoint(parseInt(short ?? long ?? '', 16)),
  )
}
