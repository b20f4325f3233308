import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow'
import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common'
import { SEARCH_ATTRIBUTES } from '../domain/run/names.ts'
import type { FeedKey } from '../domain/run/references.ts'
import type { FeedState, Observed } from '../domain/run/state.ts'

const keys = {
  name: defineSearchAttributeKey(SEARCH_ATTRIBUTES.name, SearchAttributeType.KEYWORD),
  content: defineSearchAttributeKey(SEARCH_ATTRIBUTES.content, SearchAttributeType.KEYWORD),
  health: defineSearchAttributeKey(SEARCH_ATTRIBUTES.health, SearchAttributeType.KEYWORD),
  cluster: defineSearchAttributeKey(SEARCH_ATTRIBUTES.cluster, SearchAttributeType.KEYWORD),
}

/** What a list of runs tells of a feed. */
export const HEALTH = { pending: 'Pending', healthy: 'Healthy', failing: 'Failing', disabled: 'Disabled' } as const
export type Health = (typeof HEALTH)[keyof typeof HEALTH]

export function healthOf(state: FeedState, observed: Observed | null): Health {
  if (observed === null) return HEALTH.pending
  if (!observed.enabled) return HEALTH.disabled
  if (state.conditions.length > 0) return HEALTH.failing
  return state.version === null ? HEALTH.pending : HEALTH.healthy
}

/** What was last written for lists: it outlives a run that continues as new, so it is written on change only. */
export interface Shown {
  readonly content: string
  readonly health: Health
  readonly members: number
}

interface Presented {
  readonly feed: FeedKey
  readonly state: FeedState
  readonly observed: Observed | null
  readonly searchingBackward: boolean
}

/** Tells a run's story in the Temporal UI: search attributes and memo for lists, current details for the run's own page. */
export class Presentation {
  shown: Shown | null
  #details = ''

  constructor(shown: Shown | null) {
    this.shown = shown
  }

  show(run: Presented, next: { readonly what: string; readonly at: number | null }): void {
    this.#showInLists(run)
    const details = detailsOf(run, next)
    if (details === this.#details) return
    this.#details = details
    setCurrentDetails(details)
  }

  #showInLists({ feed, state, observed }: Presented): void {
    if (observed === null) return
    const now: Shown = { content: observed.content, health: healthOf(state, observed), members: state.version?.set.members ?? 0 }
    const before = this.shown
    this.shown = now
    if (observed.settings.searchAttributes && (before?.content !== now.content || before.health !== now.health)) {
      upsertSearchAttributes([
        { key: keys.name, value: feed.name },
        { key: keys.cluster, value: feed.cluster },
        { key: keys.content, value: now.content },
        { key: keys.health, value: now.health },
      ])
    }
    if (before?.members !== now.members || before.health !== now.health) upsertMemo({ members: now.members, health: now.health })
  }
}

function time(at: number | null): string {
  return at === null ? 'never' : new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000Z', 'Z')
}

/** One run's page: what is stored, what comes next, what is wrong. Markdown. */
export function detailsOf({ feed, state, observed, searchingBackward }: Presented, next: { what: string; at: number | null }): string {
  const { version, conditions } = state
  const lines = [
    `**${feed.name}**: ${healthOf(state, observed)}`,
    '',
    version === null
      ? '- Stored: nothing yet'
      : `- Stored: ${version.set.members.toLocaleString('en')} members (${version.content}), version \`${version.set.sha256.slice(0, 12)}\` since ${version.adoptedAt}`,
    `- Last successful sync: ${time(state.lastSyncAt)}; last attempt: ${time(state.lastAttemptAt)}`,
    `- Last successful search: ${time(state.lastSearchAt)}`,
  ]
  if (state.owed !== null)
    lines.push(`- Older logs: ${state.owed.set.members.toLocaleString('en')} members to search for${searchingBackward ? ', under way' : ''}`)
  lines.push(`- Next: ${next.what}${next.at === null ? '' : ` at ${time(next.at)}`}`)
  if (conditions.length > 0) {
    lines.push('', '**What is wrong**', '')
    for (const { type, message } of conditions) lines.push(`- \`${type}\`: ${message}`)
  }
  return lines.join('\n')
}
