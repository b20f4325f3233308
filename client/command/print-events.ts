import { wholeSeconds } from '../../domain/run/whole-seconds.ts'
import type { EventResult } from '../results.ts'
import { table } from './table.ts'

const HEAD = ['TIME', 'SEVERITY', 'FEED', 'WHAT']

/** Prints pages of one table: its head with the first of them, its columns as wide as they had to be so far. */
export function eventPrinter(): (events: readonly EventResult[]) => string {
  const widths: number[] = []
  let begun = false
  return (events) => {
    const rows = events.map((event) => [time(event['time']), text(event['severity']), feeds(event), text(event['description'] ?? event['name'])])
    const lines = table(begun ? rows : [HEAD, ...rows], widths)
    begun = true
    return lines
  }
}

/** @param limit how many were asked for: that many may not be all. */
export function printEvents(events: readonly EventResult[], limit: number): string {
  if (events.length === 0) return 'There are no security events of that time.'
  const lines = eventPrinter()(events)
  return events.length < limit ? lines : `${lines}\n\nThese are the newest ${limit}; --limit shows more.`
}

/** Below this a number is of seconds, as some writers of events have it. */
const SECONDS_BELOW = 100_000_000_000

function time(value: unknown): string {
  const at = typeof value === 'number' ? (value < SECONDS_BELOW ? value * 1000 : value) : typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Math.abs(at) <= 8.64e15 ? wholeSeconds(at) : 'unknown'
}

function feeds(event: EventResult): string {
  const record = event['record']
  const named: unknown = typeof record === 'object' && record !== null && 'feeds' in record ? record.feeds : event['origin']
  return (Array.isArray(named) ? (named as unknown[]) : [named]).map(text).join(',')
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}
