import type { FeedDescription } from '../results.ts'
import { printable, table } from './table.ts'

/** The description as people read it: a block of facts, then conditions, rejected entries and what could not be asked. */
export function printDescription(feed: FeedDescription): string {
  const blocks = [table(facts(feed)), conditions(feed), rejected(feed), unavailable(feed)]
  return blocks.filter((block) => block !== '').join('\n\n')
}

function facts(feed: FeedDescription): readonly (readonly [string, string])[] {
  const { pull, networkSet, set, run, attempts, search } = feed
  return [
    ['Name:', feed.name],
    ['UID:', feed.uid],
    ...(feed.description === null ? [] : [['Description:', feed.description] as const]),
    ['Content:', feed.content],
    ['Mode:', feed.mode],
    ['Source:', pull === null ? 'pushed document' : `pull from ${pull.host} every ${pull.period}, ${pull.format}`],
    ...(pull === null || pull.headers.length === 0 ? [] : [['Headers:', pull.headers.join(', ')] as const]),
    ['Network set:', networkSet === null ? 'none' : [networkSet.name, ...pairs(networkSet.labels)].join(' ')],
    ['Set:', set === null ? 'none yet' : `${set.members} members, since ${set.adoptedAt}, sha256 ${set.sha256.slice(0, 12)}`],
    ['Last sync:', feed.lastSuccessfulSync ?? 'never'],
    ['Last search:', feed.lastSuccessfulSearch ?? 'never'],
    ['Last attempt:', attempts?.last ? `${attempts.last}${attempts.failed > 0 ? `, ${attempts.failed} failed in a row` : ''}` : 'none yet'],
    ['Next pull:', attempts?.next ?? (feed.source === 'push' ? 'none: the set is pushed' : 'none is due')],
    ['Search:', search === null ? 'not begun' : searchText(search)],
    ['Run:', run === null ? 'none' : `${run.workflowId} ${run.status}, run ${run.runId} since ${run.startedAt}`],
  ]
}

function searchText({ window, newest, behind, owedMembers, debts }: NonNullable<FeedDescription['search']>): string {
  if (window === null) return 'no window searched yet'
  const parts = [`window ${window} of ${newest ?? 'an unknown newest one'}`]
  if (behind !== null) parts.push(behind === 0 ? 'up to date' : `${behind} behind`)
  if (owedMembers > 0) parts.push(`${owedMembers} members owed in older logs`)
  if (debts > 0) parts.push(`${debts} unreachable spans owed`)
  return parts.join(', ')
}

function conditions({ errorConditions }: FeedDescription): string {
  if (errorConditions.length === 0) return 'Conditions: none'
  return `Conditions:\n${indent(table(errorConditions.map(({ type, message }) => [type, message])))}`
}

function rejected({ rejected }: FeedDescription): string {
  if (rejected === null) return ''
  const counts = Object.entries(rejected.counts)
  if (counts.length === 0) return 'Rejected entries: none'
  const samples = [['LINE', 'REASON', 'ENTRY'], ...rejected.samples.map(({ line, value, reason }) => [String(line), reason, value])]
  return [
    `Rejected entries: ${counts.map(([reason, count]) => `${count} ${reason}`).join(', ')}`,
    ...(rejected.samples.length === 0 ? [] : [indent(table(samples))]),
  ].join('\n')
}

function unavailable({ unavailable }: FeedDescription): string {
  return unavailable.map((text) => `Not known now: ${printable(text)}`).join('\n')
}

function pairs(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`)
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ')
}
