import { patched, setCurrentDetails, upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow'
import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common'
import { SEARCH_ATTRIBUTES } from '../domain/run/names.ts'
import type { LoopMarks } from '../domain/run/run-view.ts'
import type { FeedKey } from '../domain/run/references.ts'
import type { FeedState, Observed, Owed } from '../domain/run/state.ts'
import { wholeSeconds } from '../domain/run/whole-seconds.ts'

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
  /** null as long as the store did not say what an earlier run left there. */
  readonly members: number | null
}

interface Presented {
  readonly feed: FeedKey
  readonly state: FeedState
  readonly observed: Observed | null
  readonly searchingBackward: boolean
  readonly marks: Pick<LoopMarks, 'loaded'>
}

/** What a run waits for, and when its feed's host is asked next. */
interface Next {
  readonly what: string
  readonly at: number | null
  readonly pullAt: number | null
}

/** Tells a run's story in the Temporal UI: search attributes and memo for lists, current details for the run's own page. */
export class Presentation {
  shown: Shown | null
  #details = ''

  constructor(shown: Shown | null) {
    this.shown = shown
  }

  show(run: Presented, next: Next): void {
    this.#showInLists(run)
    const details = detailsOf(run, next)
    if (details === this.#details) return
    this.#details = details
    setCurrentDetails(details)
  }

  #showInLists({ feed, state, observed, marks }: Presented): void {
    if (observed === null) return
    const members = marks.loaded ? (state.version?.set.members ?? 0) : null
    const now: Shown = { content: observed.content, health: healthOf(state, observed), members }
    const before = this.shown
    this.shown = now
    if (observed.settings.searchAttributes && (before?.content !== now.content || before.health !== now.health || lacksAttributes())) {
      upsertSearchAttributes([
        { key: keys.name, value: feed.name },
        { key: keys.cluster, value: feed.cluster },
        { key: keys.content, value: now.content },
        { key: keys.health, value: now.health },
      ])
    }
    const changed = before === null || (before.members ?? 0) !== (members ?? 0) || before.health !== now.health
    if (changed) upsertMemo({ ...(members === null ? {} : { members }), health: now.health })
  }
}

/** Temporal may get the attributes after a run was shown. An older worker left such a run without them until its health changed. */
function lacksAttributes(): boolean {
  return workflowInfo().typedSearchAttributes.get(keys.health) === undefined && patched('search-attributes-later')
}

function time(at: number | null): string {
  return at === null ? 'never' : wholeSeconds(at)
}

/** One run's page: what is wrong and what that means, what is stored, what comes next. Markdown, in short lines since the UI's column is narrow. */
export function detailsOf({ feed, state, observed, searchingBackward, marks }: Presented, next: Next): string {
  const { version, conditions, owed, networkSet } = state
  const health = healthOf(state, observed)
  const waits = `- Waits for: ${next.what}${next.at === null ? '' : `, ${time(next.at)}`}`
  const lines = [`**${feed.name}**: ${health}`, '', marks.loaded ? meaningOf(health, state, feed.name) : NOT_KNOWN, '']
  for (const { type, message } of conditions) lines.push(`- **${type}**: ${message}`)
  if (!marks.loaded) return [...lines, '- Set: not known yet', waits].join('\n')
  if (version === null) lines.push('- Set: none yet')
  else lines.push(`- Set: ${counted(version.set.members)} (${version.content}), version \`${version.set.sha256.slice(0, 12)}\``, `- Adopted: ${version.adoptedAt}`)
  if (networkSet !== null) lines.push(`- Network set: ${counted(networkSet.prefixes, 'prefix', 'prefixes')} in ${counted(networkSet.objects, 'object', 'objects')}`)
  lines.push(`- Last good sync: ${time(state.lastSyncAt)}`)
  if (state.lastAttemptAt !== null) lines.push(`- Last pull: ${time(state.lastAttemptAt)}${failed(state.failedPulls)}`)
  if (next.pullAt !== null) lines.push(`- Next pull: ${time(next.pullAt)}`)
  lines.push(`- Last good search: ${time(state.lastSearchAt)}`)
  if (owed !== null) lines.push(`- Older logs: ${counted(owed.set.members)} to search for${searchingBackward ? ', under way' : ''}${waiting(owed)}`)
  return [...lines, waits].join('\n')
}

/** Of a run that has yet to read what earlier ones left: it knows of no set while the store does not answer, and one may be enforced all the same. */
const NOT_KNOWN = 'What earlier runs left in the store is not known yet. Until it is, nothing is pulled or searched.'

function waiting({ next }: Owed): string {
  return next === undefined ? '' : `, then ${counted(next.set.members)} of newer versions`
}

/** What a person who was woken wants to know first: is anything lost or open, and is there something to do. */
function meaningOf(health: Health, { version, conditions }: FeedState, name: string): string {
  switch (health) {
    case HEALTH.disabled:
      return `It is not pulled, searched or enforced${version === null ? '' : '; its set stays stored'}. \`threatfeed start ${name}\` enables it.`
    case HEALTH.pending:
      return 'It has no set yet.'
    case HEALTH.healthy:
      return 'Its set is stored and new logs are searched for it.'
    case HEALTH.failing: {
      if (version === null) return 'It has no set yet, and nothing is searched or enforced.'
      const failed = new Set(conditions.map(({ type }) => type))
      const enforced = failed.has('GlobalNetworkSetSyncFailed') ? 'is stored, while its network set may hold another one' : 'stays in force'
      const searched = failed.has('SearchFailed') ? 'logs that are not searched now are searched later' : 'new logs are searched for it'
      return `The set below ${enforced}, and ${searched}.`
    }
  }
}

function counted(count: number, one = 'member', several = 'members'): string {
  return count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${several}`
}

function failed(times: number): string {
  return times === 0 ? '' : `, failed ${times === 1 ? 'once' : `${String(times)} times in a row`}`
}
