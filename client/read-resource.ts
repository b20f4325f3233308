import { CONDITION_TYPES } from '../domain/run/state.ts'
import type { ErrorCondition } from '../domain/run/state.ts'
import type { FeedResource } from './parts.ts'
import type { FeedDescription, FeedSummary } from './results.ts'

type Fields = Readonly<Record<string, unknown>>

/** A resource as a row of `list`. It may have been admitted under a laxer CRD: what has the wrong shape counts as absent. */
export function summarise({ name, object }: FeedResource, running: boolean | null): FeedSummary {
  const spec = fields(object['spec'])
  const status = fields(object['status'])
  return {
    name,
    content: spec['content'] === 'DomainNameSet' ? 'DomainNameSet' : 'IPSet',
    mode: spec['mode'] === 'Disabled' ? 'Disabled' : 'Enabled',
    source: spec['pull'] === undefined || spec['pull'] === null ? 'push' : 'pull',
    running,
    lastSuccessfulSync: text(status['lastSuccessfulSync']),
    lastSuccessfulSearch: text(status['lastSuccessfulSearch']),
    errorConditions: conditions(status['errorConditions']),
  }
}

/** The spec as `describe` shows it: of the url the host, of the headers the names. */
export function readSpec({ name, object }: FeedResource): Pick<FeedDescription, 'description' | 'pull' | 'networkSet'> {
  const spec = fields(object['spec'])
  const pull = fields(spec['pull'])
  const http = fields(pull['http'])
  const networkSet = spec['globalNetworkSet']
  return {
    description: text(spec['description']),
    pull:
      spec['pull'] === undefined || spec['pull'] === null
        ? null
        : {
            host: hostOf(http['url']),
            period: text(pull['period']) ?? '24h',
            format: formatOf(fields(http['format'])),
            headers: list(http['headers']).flatMap((header) => text(fields(header)['name']) ?? []),
          },
    networkSet:
      networkSet === undefined || networkSet === null
        ? null
        : { name: `threatfeed.${name}`, labels: stringFields(fields(networkSet)['labels']) },
  }
}

function formatOf(format: Fields): string {
  if (format['json'] !== undefined) return `json ${text(fields(format['json'])['path']) ?? ''}`.trim()
  if (format['csv'] === undefined) return 'newlineDelimited'
  const csv = fields(format['csv'])
  const column = csv['fieldName'] ?? csv['fieldNum']
  return typeof column === 'string' || typeof column === 'number' ? `csv column ${column}` : 'csv'
}

function hostOf(url: unknown): string {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).host : ''
}

function conditions(value: unknown): readonly ErrorCondition[] {
  return list(value).flatMap((item) => {
    const { type, message } = fields(item)
    const known = CONDITION_TYPES.find((name) => name === type)
    return known === undefined ? [] : [{ type: known, message: text(message) ?? '' }]
  })
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {}
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function stringFields(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}
