import { parseJsonPath } from '../formats/json-path.ts'
import type { Format } from './feed.ts'
import type { Fields } from './fields.ts'
import { readCsv } from './read-csv.ts'

/** Longest json path that is read; it bounds what the API server's rule costs. */
export const MAX_JSON_PATH = 1_024

const FORMATS = ['newlineDelimited', 'json', 'csv'] as const

/** Reads `format` (contract V-08 to V-12); absent means one entry a line. @returns undefined when it is invalid. */
export function readFormat(http: Fields): Format | undefined {
  const format = http.child('format')
  if (format === undefined) return http.has('format') ? undefined : { kind: 'newline' }
  const given = FORMATS.filter((name) => format.has(name))
  if (given.length > 1) format.refuseSelf(`must have at most one of ${FORMATS.join(', ')}, found ${given.join(' and ')}`)
  format.child('newlineDelimited')
  const json = format.child('json')
  const csv = format.child('csv')
  const read = [json && readJson(json), csv && readCsv(csv)].find((one) => one !== undefined)
  return format.sound ? (read ?? { kind: 'newline' }) : undefined
}

function readJson(json: Fields): Format | undefined {
  if (!json.has('path')) json.refuse('path', 'is required: a json path such as $.addresses')
  const path = json.text('path')
  if (path === undefined) return undefined
  const length = [...path].length
  const parsed = length > MAX_JSON_PATH ? undefined : parseJsonPath(path)
  if (parsed === undefined) json.refuse('path', `must have at most ${MAX_JSON_PATH} characters, found ${length}`)
  else if (!parsed.ok) json.refuse('path', parsed.message)
  return { kind: 'json', path }
}
