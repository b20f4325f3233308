import { CONDITION_TYPES, type ErrorCondition, type FeedState } from '../run/state.ts'
import { wholeSeconds } from '../run/whole-seconds.ts'
import { type Look, conditionsOf } from './conditions-of.ts'
import type { FeedStatus } from './feed-status.ts'

/** Characters (code points) of a message: two lines of `kubectl describe`, and ten of them still a small object. */
export const MAX_MESSAGE = 500
/** Conditions at most (contract T-02); there are fewer types than that. */
export const MAX_CONDITIONS = 10

/**
 * The status that what is known amounts to (contract T-01 to T-05). Conditions come in one order, so that order is never a change.
 * @param look the resource as it was last looked at; null before the first look, which leaves out what our own CRD adds.
 * @param now milliseconds since the epoch.
 */
export function statusOf(state: FeedState, look: Look | null, now: number): FeedStatus {
  const sync = timestamp(state.lastSyncAt)
  const search = timestamp(state.lastSearchAt)
  const errorConditions = errorsOf(state)
  return {
    ...(sync === null ? {} : { lastSuccessfulSync: sync }),
    ...(search === null ? {} : { lastSuccessfulSearch: search }),
    errorConditions,
    ...(look === null
      ? {}
      : {
          observedGeneration: look.generation,
          conditions: conditionsOf(state, look, errorConditions, timestamp(now) ?? ''),
          ...setOf(state),
          ...(state.networkSet === null ? {} : { networkSet: { objects: state.networkSet.objects, prefixes: state.networkSet.prefixes } }),
        }),
  }
}

function errorsOf(state: FeedState): readonly ErrorCondition[] {
  // The last of a type is the newest.
  const newest = new Map(state.conditions.map(({ type, message }) => [type, message]))
  const errors: ErrorCondition[] = []
  for (const type of CONDITION_TYPES) {
    const message = newest.get(type)
    if (message !== undefined) errors.push({ type, message: shown(message) })
  }
  return errors.slice(0, MAX_CONDITIONS)
}

function setOf({ version, delta, rejected }: FeedState): Pick<FeedStatus, 'set'> {
  if (version === null) return {}
  const reasons = Object.entries(rejected).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    set: {
      version: version.set.sha256.slice(0, 12),
      members: version.set.members,
      ...(delta === null ? {} : { added: delta.added, removed: delta.removed }),
      rejected: reasons.reduce((sum, [, entries]) => sum + entries, 0),
      rejectedByReason: Object.fromEntries(reasons),
      adoptedAt: version.adoptedAt,
    },
  }
}

/** null for what is no time. */
function timestamp(ms: number | null): string | null {
  const date = new Date(ms ?? NaN)
  return Number.isNaN(date.getTime()) ? null : wholeSeconds(date)
}

const ADDRESS = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/gi
const UNPRINTABLE = /[\p{C}\p{Z}]+/gu

/**
 * One printable line of bounded length. Messages are made without urls; one that slipped in is cut to its host's name, since its path
 * and query may hold a key (contract T-04).
 */
function shown(message: string): string {
  // Twice the bound in UTF-16 units holds it in any case; a huge text is not walked in full.
  const line = message.slice(0, MAX_MESSAGE * 4).replace(ADDRESS, hostOf).replace(UNPRINTABLE, ' ').trim()
  const points = [...line]
  return points.length <= MAX_MESSAGE ? line : `${points.slice(0, MAX_MESSAGE - 1).join('')}…`
}

function hostOf(address: string): string {
  try {
    return new URL(address).hostname || '…'
  } catch {
    return '…'
  }
}
