import { type Calibration, UNCALIBRATED, type Way } from './calibration.ts'

/**
 * Milliseconds of Elasticsearch's CPU, measured (docs/performance.md, "Searching"). A list is looked up value by value in each segment,
 * which costs more the more logs lie there: its costs are those of a minute and of a day, and between them they grow with the logs'
 * number of digits.
 */
const COST = {
  request: 1.2,
  /** Each log visited, each field. */
  log: 45e-6,
  /** Each distinct value that leaves Elasticsearch (3 µs) and is matched here (0.8 µs). */
  value: 3.8e-3,
  /** Each host in a list of bare addresses, over few logs and over many, both fields. */
  host: [1.7e-3, 3.2e-3],
  /** Each network as a range. */
  range: [0.08, 0.29],
  /** Each log that is read. */
  hit: 0.03,
} as const
/** What the two costs of a list were measured over: a minute and a day. */
const FEW_LOGS = 1_389
const MANY_LOGS = 2_000_000
/** Flow logs carry two addresses. */
const FIELDS = 2
/** Values an answer holds: 60 bytes each, 3 MB. */
export const DIGEST_PAGE = 50_000
/** Bare values of one request, 16 bytes each as JSON (800 kB), below `index.max_terms_count` of 65,536. */
export const TERMS_PAGE = 50_000
/** Ranges of one request: each is a clause of its own, and clauses are limited to 1,024 on the smallest servers. */
export const RANGES_PAGE = 1_000

/** What a search has to go through. */
export interface Workload {
  /** Logs in the spans. */
  readonly logs: number
  /** Single addresses to look for. */
  readonly hosts: number
  /** Ranges of addresses to look for. */
  readonly ranges: number
}

/** Estimates are milliseconds that the requests are expected to take. */
export interface Plan {
  /** The cheaper way. */
  readonly way: Way
  /** Of that way. */
  readonly estimatedMs: number
  /** Of the way not taken. */
  readonly otherMs: number
}

/**
 * How to search flow logs for addresses: fetch the distinct ones of the span and match them here, or send the list there. Many logs
 * and few members: the list. The other way round: the distinct values.
 * @param calibration what searches here have cost, beside what was expected.
 */
export function choosePlan(workload: Workload, calibration: Calibration = UNCALIBRATED): Plan {
  const digest = estimate('digest', workload, calibration)
  const terms = estimate('terms', workload, calibration)
  return terms < digest ? { way: 'terms', estimatedMs: terms, otherMs: digest } : { way: 'digest', estimatedMs: digest, otherMs: terms }
}

export function estimate(way: Way, workload: Workload, calibration: Calibration = UNCALIBRATED): number {
  return calibration[way] * (way === 'terms' ? termsCost(workload) : digestCost(workload))
}

/** Reading the logs that matched: the same either way, and a part of what the answers to a list take. */
export function hitsCost(hits: number): number {
  return hits * COST.hit
}

function termsCost({ logs, hosts, ranges }: Workload): number {
  const requests = Math.ceil(hosts / TERMS_PAGE) + Math.ceil(ranges / RANGES_PAGE)
  return FIELDS * requests * COST.request + hosts * between(COST.host, logs) + ranges * between(COST.range, logs)
}

function between([few, many]: readonly [number, number], logs: number): number {
  const share = Math.log(Math.max(logs, FEW_LOGS) / FEW_LOGS) / Math.log(MANY_LOGS / FEW_LOGS)
  return few + (many - few) * share
}

function digestCost({ logs }: Workload): number {
  const values = distinctIn(logs)
  const requests = FIELDS * values <= DIGEST_PAGE ? 1 : FIELDS * Math.ceil(values / DIGEST_PAGE)
  return requests * COST.request + FIELDS * logs * COST.log + values * COST.value
}

/** Distinct addresses in so many logs, fitted to the measured ones: about 700 in a minute (1,389 logs), 200,000 in a day (2 million). */
export function distinctIn(logs: number): number {
  return Math.min(logs, 14 * logs ** 0.65)
}
