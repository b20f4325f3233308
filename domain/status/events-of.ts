import { DISABLED } from './conditions-of.ts'
import type { FeedStatus } from './feed-status.ts'

/** What a Kubernetes event on a feed says: see `kubectl describe`. */
export interface FeedEvent {
  readonly type: 'Normal' | 'Warning'
  /** CamelCase; of a warning the type of its error condition. */
  readonly reason: string
  /** One line, safe to show (contract T-04). */
  readonly note: string
}

/**
 * What is told when a resource shows something else than before: an error condition that came, what went again, a set that was adopted,
 * a feed switched off or on. Never a time that advanced, nor another message of the same condition. Both are read from the resource, so
 * an API server that drops what our CRD adds has the first two alone (contract T-05).
 */
export function eventsOf(before: FeedStatus, after: FeedStatus): readonly FeedEvent[] {
  const events: FeedEvent[] = []
  const has = ({ errorConditions }: FeedStatus, type: string): boolean => errorConditions.some((error) => error.type === type)
  const readiness = ({ conditions }: FeedStatus): string | undefined => conditions?.find(({ type }) => type === 'Ready')?.reason
  const disabled = readiness(after) === DISABLED

  for (const { type, message } of after.errorConditions) if (!has(before, type)) events.push({ type: 'Warning', reason: type, note: message })
  const over = before.errorConditions.map(({ type }) => type).filter((type) => !has(after, type))
  if (over.length > 0 && !disabled) events.push({ type: 'Normal', reason: 'Recovered', note: `${over.join(', ')}: no longer so` })

  const { set } = after
  if (set !== undefined && set.version !== before.set?.version) {
    const delta = set.added === undefined || set.removed === undefined ? '' : `, ${counted(set.added)} added and ${counted(set.removed)} removed`
    events.push({ type: 'Normal', reason: 'SetUpdated', note: `${counted(set.members)} ${set.members === 1 ? 'member is' : 'members are'} in force${delta}` })
  }
  const was = readiness(before)
  if (disabled && was !== undefined && was !== DISABLED) events.push({ type: 'Normal', reason: 'Disabled', note: 'the feed is no longer pulled, searched or enforced' })
  if (!disabled && was === DISABLED) events.push({ type: 'Normal', reason: 'Enabled', note: 'the feed is pulled, searched and enforced again' })
  return events
}

function counted(members: number): string {
  return members.toLocaleString('en')
}
