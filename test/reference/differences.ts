import type { EventRead } from './recording/events.ts'
import type { LogRead } from './recording/logs.ts'

/** A feed and a log for which there is not exactly what the model says. */
export interface Difference {
  readonly feed: string
  readonly log: string
  readonly text: string
}

/** @param expected ids of logs that a feed has to find, each with a reason. */
export function differencesOf(feed: string, expected: ReadonlyMap<string, string>, events: readonly EventRead[], logs: readonly LogRead[]): readonly Difference[] {
  const found = new Map<string, number>()
  for (const event of events) if (event.feed === feed) found.set(event.log, (found.get(event.log) ?? 0) + 1)
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((id): readonly Difference[] => {
    const count = found.get(id) ?? 0
    const why = expected.get(id)
    if (count === (why === undefined ? 0 : 1)) return []
    const log = logs.find((one) => one.id === id)
    const place = log === undefined ? 'which is no longer there' : `number ${String(log.seqNo)} of ${log.index}[${String(log.shard)}] ${JSON.stringify(log.source)}`
    const what = count === 0 ? 'no event' : count === 1 ? 'an event' : `${String(count)} events`
    return [{ feed, log: id, text: `${feed} has ${what} of log ${id}, ${why === undefined ? 'which it should not find' : `which ${why}`}; ${place}` }]
  })
}
