import { figure } from '../sets/limits.ts'
import type { Format } from '../feed/feed.ts'
import type { Shape } from './shape.ts'
import type { Suggestion } from './suggest.ts'

/** What shapes are called, and what can be done where no format takes one. */
const SHAPES: Readonly<Record<Shape, { readonly name: string; readonly todo?: string }>> = {
  nothing: { name: 'nothing at all' },
  compressed: { name: 'a gzip file', todo: 'a server may send it so only with Content-Encoding: gzip; unpack it before it is published' },
  archive: { name: 'a zip archive', todo: 'unpack it before it is published' },
  'utf-16': { name: 'text in UTF-16', todo: 'it has to be UTF-8' },
  binary: { name: 'binary data' },
  html: { name: 'an HTML page', todo: 'look for the address of the raw list; a page is also what a login or an error sends' },
  xml: { name: 'XML' },
  json: { name: 'JSON', todo: 'no path leads to a list of such texts in it; it may hold them in patterns (STIX) or as the names of fields' },
  ndjson: { name: 'one JSON document a line', todo: '`jq -s .` makes one document of it' },
  adblock: { name: 'rules of an ad blocker (||name^)', todo: 'many publishers offer the same list as plain domains' },
  hosts: { name: 'a hosts file (address, then name)' },
  lines: { name: 'lines' },
}

const DELIMITERS: Readonly<Record<string, string>> = { ',': 'commas', '\t': 'tabs', ';': 'semicolons', '|': 'bars', ' ': 'spaces', ':': 'colons', '/': 'slashes' }

/** One sentence on what the data looks like, and whether anything fits it. */
export function advice(shape: Shape, said: Format, suggestion: Suggestion | null): string {
  if (suggestion === null) {
    const { name, todo } = SHAPES[shape]
    const seen = shape === 'lines' ? 'The data does not look like a list that any format takes yet' : `The data looks like ${name}, and no format fits it yet`
    return `${seen}${todo === undefined ? '' : `: ${todo}`}.`
  }
  const { members, rejected } = suggestion
  const figures = `${figure(members)} ${members === 1 ? 'member' : 'members'}, ${figure(rejected)} rejected`
  return `The data looks like ${looksLike(shape, said, suggestion)}. This fits (${figures}):`
}

function looksLike(shape: Shape, said: Format, { format, content }: Suggestion): string {
  if (shape !== 'lines') return SHAPES[shape].name
  if (format.kind === 'newline') return `a list of ${content === 'IPSet' ? 'addresses' : 'domain names'}, one a line`
  if (format.kind === 'json') return SHAPES.json.name
  const { columnDelimiter, header } = format
  if (said.kind === 'csv' && said.columnDelimiter === columnDelimiter && header && !said.header) return 'columns below a header row'
  return `${header ? 'columns below a header row, cut' : 'columns, cut'} by ${DELIMITERS[columnDelimiter] ?? 'another character'}`
}
