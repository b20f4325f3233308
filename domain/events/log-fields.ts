import { parsePrefix, prefixText } from '../addresses/prefix.ts'
import type { LogKind } from '../feed/content.ts'
import type { LogDocument } from '../search/log.ts'

/** Fields of a log that matching and events read; nothing else of it is fetched. */
export const READ_FIELDS = {
  flow: [
    ...['source', 'dest'].flatMap((side) => ['ip', 'name', 'name_aggr', 'namespace', 'port', 'type'].map((part) => `${side}_${part}`)),
    ...['dest_domains', 'proto', 'action', 'reporter', 'num_flows', 'host', 'start_time', 'end_time', '@timestamp', 'generated_time'],
  ],
  dns: [
    ...['qname', 'qtype', 'rcode', 'count', 'rrsets.name', 'rrsets.type', 'rrsets.rdata'],
    ...['client_name', 'client_name_aggr', 'client_namespace', 'client_ip', 'host', 'start_time', 'end_time', '@timestamp', 'generated_time'],
  ],
} as const satisfies Record<LogKind, readonly string[]>

/** A text of a log; a missing one, null and the logs' own sign for "none", a dash, are undefined (contract E-04). */
export function text(log: LogDocument, field: string): string | undefined {
  const value = first(log.source[field])
  return typeof value === 'string' && value !== '' && value !== '-' ? shown(value) : undefined
}

/** Four times the longest name of the DNS, and far below the 32,766 bytes that a keyword may have: a longer one is refused by Elasticsearch. */
const LONGEST_TEXT = 1_024

/** A text of a log as an event may hold it: bounded, and without halves of characters, which are no UTF-8. */
export function shown(value: string): string {
  const bounded = value.length <= LONGEST_TEXT ? value : `${value.slice(0, LONGEST_TEXT - 1)}…`
  return bounded.replace(/[\ud800-\udfff]/gu, '\ufffd')
}

/** Longer than any name, and short enough that a sentence of a dozen is one. */
const LONGEST_WORD = 253

/** A text of a log as a sentence tells it. */
export function brief(value: string): string {
  const whole = shown(value)
  return whole.length <= LONGEST_WORD ? whole : shown(`${whole.slice(0, LONGEST_WORD - 1)}…`)
}

/** The texts of a field, be it one or a list; anything else is left out. */
export function texts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? (value as unknown[]) : [value]).filter((item) => typeof item === 'string' && item !== '' && item !== '-') as readonly string[]
}

/** The objects of a field, be it one or a list; anything else is left out. */
export function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return (Array.isArray(value) ? (value as unknown[]) : [value]).filter((item): item is Readonly<Record<string, unknown>> => typeof item === 'object' && item !== null)
}

/** How many of something a log stands for. */
export function count(log: LogDocument, field: string): number | undefined {
  const value = first(log.source[field])
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined
}

/** An address of a log, canonical; anything else is undefined, since a field of type `ip` refuses it and the whole event with it. */
export function address(log: LogDocument, field: string): string | undefined {
  const value = text(log, field)
  const prefix = value === undefined || value.includes('/') ? 'empty' : parsePrefix(value)
  return typeof prefix === 'string' ? undefined : prefixText(prefix).replace(/\/\d+$/, '')
}

/** A port of a log, whether it is written as a number or as digits. */
export function port(log: LogDocument, field: string): number | undefined {
  const value = first(log.source[field])
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 65_535 ? number : undefined
}

/**
 * When a log ended, else when it was taken in, as RFC 3339 in UTC: `end_time` is in seconds on flows and RFC 3339 on DNS logs,
 * `@timestamp` in milliseconds. Undefined where nothing says.
 */
export function endOf(log: LogDocument): string | undefined {
  for (const field of ['end_time', '@timestamp', 'generated_time']) {
    const date = dateOf(first(log.source[field]))
    if (date !== undefined) return date
  }
  return undefined
}

/** Seconds stay below this until the year 5138, milliseconds have been above it since 1973. */
const SECONDS_BELOW = 100_000_000_000
/** Start of the year 10000, whose RFC 3339 has a sign that Elasticsearch does not read, as have those before the year 0. */
const DATES_BELOW = 253_402_300_800_000

function dateOf(value: unknown): string | undefined {
  const number = typeof value === 'number' ? value : typeof value === 'string' && /^\d{9,14}$/.test(value) ? Number(value) : undefined
  const date = number !== undefined ? new Date(number < SECONDS_BELOW ? number * 1000 : number) : typeof value === 'string' ? new Date(value) : undefined
  return date !== undefined && date.getTime() >= 0 && date.getTime() < DATES_BELOW ? date.toISOString() : undefined
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value
}
