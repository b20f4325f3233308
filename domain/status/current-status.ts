import { CONDITION_TYPES, type ErrorCondition } from '../run/state.ts'
import type { FeedStatus } from './feed-status.ts'

/** The status that a resource shows, as far as it is one: anyone may have written it under a lax CRD. */
export function currentStatus(object: Readonly<Record<string, unknown>>): FeedStatus {
  const status = fields(object['status'])
  const sync = time(status['lastSuccessfulSync'])
  const search = time(status['lastSuccessfulSearch'])
  const conditions = status['errorConditions']
  return {
    ...(sync === null ? {} : { lastSuccessfulSync: sync }),
    ...(search === null ? {} : { lastSuccessfulSearch: search }),
    errorConditions: Array.isArray(conditions) ? conditions.map(condition) : [],
  }
}

/** An entry that is no condition reads as one with an empty message, so that it differs from what we want and is replaced. */
function condition(entry: unknown): ErrorCondition {
  const { type, message } = fields(entry)
  return {
    type: CONDITION_TYPES.find((known) => known === type) ?? 'InvalidSpec',
    message: CONDITION_TYPES.some((known) => known === type) && typeof message === 'string' ? message : '',
  }
}

function time(value: unknown): string | null {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : null
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
