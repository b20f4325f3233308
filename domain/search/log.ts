import type { LogKind } from '../feed/content.ts'

/** Fields in which a member may be found (contract ). */
export const SEARCHED_FIELDS = {
  flow: ['source_ip', 'dest_ip'],
  dns: ['qname', 'rrsets.name', 'rrsets.rdata'],
} as const satisfies Record<LogKind, readonly string[]>
export type SearchedField = (typeof SEARCHED_FIELDS)[LogKind][number]

/** A log as it was read: where it lies and what it says, untyped because its fields are someone else's. */
export interface LogDocument {
  readonly index: string
  readonly id: string
  readonly source: Readonly<Record<string, unknown>>
  /** Fields of which the log holds something that no search finds: the mapping leaves it out of the index (`ignore_above`). */
  readonly unindexed?: readonly string[]
}

/** The distinct raw values of a field in some span of logs. */
export interface FieldValues {
  readonly field: SearchedField
  readonly values: readonly string[]
}

/** A log that matched: through which field, with which raw value, by which member. */
export interface Hit {
  readonly log: LogDocument
  readonly field: SearchedField
  /** As the log spells it. */
  readonly value: string
  /** As the set holds it. */
  readonly member: string
  /** The record of an answer that holds it, as far as the log tells: whose it is, and of which type. */
  readonly record?: { readonly name?: string; readonly type?: string }
}
