import type { Observed, RunSettings } from '../run/state.ts'
import type { Problem } from './feed.ts'
import { networkSetHash, pullHash, specHash } from './hashes.ts'
import { readFeed } from './read-feed.ts'
import { DEFAULT_PERIOD_MS } from './read-pull.ts'

/** Longest text of problems, characters: it goes into Temporal's history and the resource's status. */
export const MAX_INVALID = 1_000

/**
 * What a run needs to know of a resource as it stands now: small, and without its url and headers.
 * @param object the resource as it came from the API server, untyped.
 */
export async function observe(object: unknown, settings: RunSettings): Promise<Observed> {
  const { feed, problems } = readFeed(object)
  const [spec, pull, networkSet] = await Promise.all([specHash(object), pullHash(feed), networkSetHash(feed)])
  const pullIsInvalid = problems.some(({ field }) => field.startsWith('spec.pull'))
  return {
    uid: feed.uid,
    generation: feed.generation,
    specHash: spec,
    pullHash: pull,
    networkSetHash: networkSet,
    content: feed.content,
    enabled: feed.enabled,
    // An invalid pull stanza makes no push feed of it.
    periodMs: feed.pull?.periodMs ?? (pullIsInvalid ? DEFAULT_PERIOD_MS : null),
    networkSet: feed.networkSet !== undefined ? 'wanted' : problems.some(({ scope }) => scope === 'networkSet') ? 'invalid' : 'absent',
    match: feed.options.match,
    ...(feed.options.rating === undefined ? {} : { rating: feed.options.rating }),
    // The configuration bounds what a feed may ask for (contract Q-07).
    lookbackMs: Math.min(feed.options.lookbackMs ?? settings.lookbackMs, settings.lookbackMs),
    invalid: problems.length === 0 ? null : describeProblems(problems),
    pullable: problems.every(({ scope }) => scope !== 'feed'),
    settings,
  }
}

/** Every problem in one text of bounded length: in full, else the fields alone, else as many of them as fit and the number of the others. */
export function describeProblems(problems: readonly Problem[]): string {
  const full = problems.map(({ field, message }) => `${field} ${message}`).join('; ')
  if (full.length <= MAX_INVALID) return full
  const fields = [...new Set(problems.map(({ field }) => field))]
  const start = `${problems.length} problems, in `
  // Room for " and 12345 more fields".
  const room = MAX_INVALID - start.length - 24
  let shown = ''
  let count = 0
  for (const field of fields) {
    const next = shown === '' ? field : `${shown}, ${field}`
    if (next.length > room) break
    shown = next
    count += 1
  }
  return count === fields.length ? `${start}${shown}` : `${start}${shown} and ${fields.length - count} more fields`
}
