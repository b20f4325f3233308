const KINDS = {
  null: ['null', 'nulls'],
  boolean: ['a boolean', 'booleans'],
  number: ['a number', 'numbers'],
  string: ['a string', 'strings'],
  array: ['an array', 'arrays'],
  object: ['an object', 'objects'],
} as const
type Kind = keyof typeof KINDS

/** What a JSON value is, for messages, which hold kinds and never values (contract T-04). */
export function kindOf(value: unknown): string {
  return KINDS[kind(value)][0]
}

/** What the values are, such as `numbers and objects`. */
export function kindsOf(values: Iterable<unknown>): string {
  const found = new Set<Kind>()
  for (const value of values) found.add(kind(value))
  return [...found].map((name) => KINDS[name][1]).join(' and ')
}

function kind(value: unknown): Kind {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  const type = typeof value
  return type === 'boolean' || type === 'number' || type === 'string' ? type : 'object'
}
