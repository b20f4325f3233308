/** What the tables call the ways to search, and the goals know them by. */
export const WAYS = {
  ours: 'threatfeed',
  prefixes: 'terms of 1,024, as the page stores them (/32)',
  bare: 'terms of 1,024, bare hosts',
  large: 'terms of 65,536, networks of 1,024',
  empty: 'a search of nothing',
  paged: 'composite, pages of 10,000',
  /** threatfeed's own two ways, each without the planner. */
  digest: 'distinct values alone',
  list: 'a list alone',
} as const

/** The pull that the unchanged ones are shown beside. */
export const NEW_LIST = 'a new list of 5,000'
