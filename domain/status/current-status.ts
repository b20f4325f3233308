import { CONDITION_TYPES, type ErrorCondition } from '../run/state.ts'
import { CONDITION_NAMES, type Condition, type FeedStatus, type StatusSet } from './feed-status.ts'

/** The status that a resource shows, as far as it is one: anyone may have written it under a lax CRD. */
export function currentStatus(object: Readonly<Record<string, unknown>>): FeedStatus {
  const status = fields(object['status'])
  const errors = status['errorConditions']
  const conditions = status['conditions']
  const set = setOf(fields(status['set']))
  const { objects, prefixes } = fields(status['networkSet'])
  return {
    ...defined('lastSuccessfulSync', time(status['lastSuccessfulSync'])),
    ...defined('lastSuccessfulSearch', time(status['lastSuccessfulSearch'])),
    errorConditions: Array.isArray(errors) ? errors.map(errorCondition) : [],
    ...defined('observedGeneration', number(status['observedGeneration'])),
    ...(Array.isArray(conditions) ? { conditions: conditions.map(condition) } : {}),
    ...defined('set', set),
    ...(typeof objects === 'number' && typeof prefixes === 'number' ? { networkSet: { objects, prefixes } } : {}),
  }
}

/** An entry that is no condition reads as one with an empty message, so that it differs from what we want and is replaced. */
function errorCondition(entry: unknown): ErrorCondition {
  const { type, message } = fields(entry)
  return {
    type: CONDITION_TYPES.find((known) => known === type) ?? 'InvalidSpec',
    message: CONDITION_TYPES.some((known) => known === type) && typeof message === 'string' ? message : '',
  }
}

/** Likewise: one that is none has no reason, which none of ours lacks. */
function condition(entry: unknown): Condition {
  const { type, status, observedGeneration, lastTransitionTime, reason, message } = fields(entry)
  return {
    type: CONDITION_NAMES.find((known) => known === type) ?? 'Ready',
    status: status === 'True' || status === 'False' ? status : 'Unknown',
    observedGeneration: number(observedGeneration) ?? 0,
    lastTransitionTime: time(lastTransitionTime) ?? '',
    reason: CONDITION_NAMES.some((known) => known === type) ? text(reason) : '',
    message: text(message),
  }
}

function setOf({ version, members, added, removed, rejected, rejectedByReason, adoptedAt }: Readonly<Record<string, unknown>>): StatusSet | undefined {
  if (typeof version !== 'string') return undefined
  const reasons = Object.entries(fields(rejectedByReason)).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  return {
    version,
    members: number(members) ?? 0,
    ...defined('added', number(added)),
    ...defined('removed', number(removed)),
    rejected: number(rejected) ?? 0,
    rejectedByReason: Object.fromEntries(reasons.sort(([a], [b]) => (a < b ? -1 : 1))),
    adoptedAt: text(adoptedAt),
  }
}

function time(value: unknown): string | undefined {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

function defined<Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>)
}
