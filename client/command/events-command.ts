import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../../domain/feed/duration.ts'
import { ClientError } from '../client-error.ts'
import type { EventsQuery } from '../feed-client.ts'
import type { FollowOptions } from '../follow-events.ts'

export interface EventsActions {
  readonly list: (query: EventsQuery) => Promise<void>
  readonly follow: (options: FollowOptions) => Promise<void>
}

interface EventsOptions {
  readonly follow: boolean
  readonly since?: number
  readonly limit?: number
}

/** What is listed when nothing is said: a day, as much as anybody reads. */
const SINCE_MS = 86_400_000
const LIMIT = 1_000
/** What is listed is held at once: 20 MB. */
const MOST = 10_000

/** Adds `events` to its command. */
export function defineEvents(command: Command, { list, follow }: EventsActions, parseName: (value: string) => string): void {
  command
    .argument('[name]', 'the feed; without it those of every feed', parseName)
    .option('--follow', 'go on, and show events as they are found, until interrupted', false)
    .addOption(new Option('--since <duration>', 'those found since so long ago, such as 1h (default: 24h; with --follow: from now on)').argParser(duration))
    .addOption(new Option('--limit <number>', `the newest of them, at most ${MOST} (default: ${LIMIT})`).argParser(number))
    .action(async (name: string | undefined, { follow: goesOn, since, limit }: EventsOptions) => {
      const feed = name ?? null
      if (!goesOn) return list({ feed, since: Date.now() - (since ?? SINCE_MS), limit: limit ?? LIMIT })
      if (limit !== undefined) throw new ClientError('invalid', '--limit is of a list that ends: give --since with --follow')
      return follow({ feed, since: since === undefined ? null : Date.now() - since })
    })
}

function duration(value: string): number {
  const read = parseDuration(value)
  // A year 1970 is before every event.
  if (!read.ok || read.ms < 0 || read.ms > Date.now()) throw new InvalidArgumentError('Expected a duration such as 1h, 90m or 192h.')
  return read.ms
}

function number(value: string): number {
  const read = /^\d{1,5}$/.test(value) ? Number(value) : 0
  if (read < 1 || read > MOST) throw new InvalidArgumentError(`Expected a whole number from 1 to ${MOST}.`)
  return read
}
