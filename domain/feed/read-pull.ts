import { parseDuration } from './duration.ts'
import type { PullSpec } from './feed.ts'
import { feedUrlProblem } from './feed-url.ts'
import type { Fields } from './fields.ts'
import { found } from './quote.ts'
import { readFormat } from './read-format.ts'
import { readHeaders } from './read-headers.ts'

/** Default and least period (contract V-06), milliseconds: 24 hours, 5 minutes. */
export const DEFAULT_PERIOD_MS = 86_400_000
export const MIN_PERIOD_MS = 300_000

/** Reads `spec.pull` (contract V-06 to V-15), every problem of it. @returns undefined when any of it is invalid. */
export function readPull(pull: Fields, feedName: string): PullSpec | undefined {
  const periodMs = readPeriod(pull)
  if (!pull.has('http')) pull.refuse('http', 'is required: pull without it asks nobody')
  const http = pull.child('http')
  if (http === undefined) return undefined
  const url = readUrl(http)
  const format = readFormat(http)
  const headers = readHeaders(http, feedName)
  return pull.sound && format !== undefined ? { periodMs, url, format, headers } : undefined
}

function readPeriod(pull: Fields): number {
  const text = pull.text('period')
  if (text === undefined) return DEFAULT_PERIOD_MS
  const duration = parseDuration(text)
  if (!duration.ok) pull.refuse('period', `${duration.message}, found ${found(text)}`)
  else if (duration.ms < MIN_PERIOD_MS) pull.refuse('period', `must be at least 5m, found ${found(text)}`)
  return duration.ok ? duration.ms : DEFAULT_PERIOD_MS
}

function readUrl(http: Fields): string {
  if (!http.has('url')) http.refuse('url', 'is required')
  const url = http.text('url')
  const problem = url === undefined ? null : feedUrlProblem(url)
  if (problem !== null) http.refuse('url', problem)
  return url ?? ''
}
