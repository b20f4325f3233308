import type { FeedSummary } from '../results.ts'
import { table } from './table.ts'

const HEAD = ['NAME', 'CONTENT', 'MODE', 'SOURCE', 'RUN', 'LAST SYNC', 'LAST SEARCH', 'CONDITIONS']

export function printList(feeds: readonly FeedSummary[]): string {
  if (feeds.length === 0) return 'There are no feeds: make one with `threatfeed start -f FILE`.'
  return table([
    HEAD,
    ...feeds.map((feed) => [
      feed.name,
      feed.content,
      feed.mode,
      feed.source,
      runWord(feed.running),
      feed.lastSuccessfulSync ?? 'never',
      feed.lastSuccessfulSearch ?? 'never',
      feed.errorConditions.map(({ type }) => type).join(',') || 'none',
    ]),
  ])
}

function runWord(running: boolean | null): string {
  if (running === null) return 'unknown'
  return running ? 'running' : 'none'
}
