/** Milliseconds of Elasticsearch's CPU, measured (docs/architecture.md, "What searching costs"). */
const COST = {
  request: 1.2,
  /** Each log visited, each field. */
  log: 45e-6,
  /** Each distinct value that leaves Elasticsearch (3 µs) and is matched here (0.8 µs). */
  value: 3.8e-3,
  /** Each host in a list of bare addresses, over a long span. */
  host: 3.2e-3,
  /** Each network as a range, over a long span. */
  range: 0.29,
} as const
/** Flow logs carry two addresses. */
const FIELDS = 2
/** Values an answer holds; each further page visits the logs of the span again. */
export const DIGEST_PAGE = 50_000
/** Bare values of one request, 16 bytes each as JSON (160 kB), below `index.max_terms_count` of 65,536. */
export const TERMS_PAGE = 10_000

export interface Workload {
  /** Logs in the spans. */
  readonly logs: number
  /** Single addresses to look for. */
  readonly hosts: number
  /** Networks to look for. */
  readonly networks: number
}
export type Plan = 'digest' | 'terms'

/**
 * How to search flow logs for addresses: fetch the distinct ones of the span and match them here, or send the list there. Many logs
 * and few members: the list. The other way round: the distinct values.
 */
export function choosePlan(workload: Workload): Plan {
  return termsCost(workload) < digestCost(workload) ? 'terms' : 'digest'
}

function termsCost({ hosts, networks }: Workload): number {
  const requests = Math.ceil(hosts / TERMS_PAGE) + Math.ceil(networks / TERMS_PAGE)
  return FIELDS * requests * COST.request + hosts * COST.host + networks * COST.range
}

function digestCost({ logs }: Workload): number {
  const values = distinctIn(logs)
  const pages = Math.max(1, Math.ceil(values / DIGEST_PAGE))
  return FIELDS * COST.request + pages * FIELDS * logs * COST.log + values * COST.value
}

/** Distinct addresses in so many logs, fitted to the measured ones: about 700 in a minute (1,389 logs), 200,000 in a day (2 million). */
function distinctIn(logs: number): number {
  return Math.min(logs, 14 * logs ** 0.65)
}
