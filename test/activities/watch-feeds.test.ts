import { MockActivityEnvironment } from '@temporalio/testing'
import { afterEach, describe, expect, it } from 'vitest'
import type { FeedChange } from '../../activities/ports/feed-api.ts'
import type { FeedRuns } from '../../activities/ports/feed-runs.ts'
import type { NetworkSetOwners } from '../../activities/ports/network-set-owners.ts'
import type { Collected } from '../../activities/collect-blobs.ts'
import { createWatchFeeds } from '../../activities/watch-feeds.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import { memoryPullRecords, memoryRejectionReports, memoryStateIndex, memoryStateStore } from '../fakes/memory-state-store.ts'
import { freshState } from '../../domain/run/state.ts'
import { recordOf } from './world.ts'

const REPORT = { rejections: { counts: {}, samples: [] }, made: { sha256: 'set', content: 'IPSet', pulled: true } } as const
const NEVER = new AbortController().signal
const NOTHING: Collected = { blobs: 0, strayChunks: 0, pullRecords: 0 }

/** Runs that remember what they were told; `broken` ones cannot be told. */
function recordingRuns() {
  const told: string[] = []
  const running = new Set<string>()
  const broken = new Set<string>()
  let inFlight = 0
  const most = { inFlight: 0 }
  const tell = (kind: string) => async (feed: FeedKey): Promise<void> => {
    inFlight += 1
    most.inFlight = Math.max(most.inFlight, inFlight)
    await new Promise(setImmediate)
    inFlight -= 1
    if (broken.has(feed.name)) throw new FeedFailure('ApiUnavailable', 'wait', 'Temporal did not take the call')
    running.add(feed.name)
    told.push(`${kind} ${feed.name} ${feed.uid}`)
  }
  const runs: FeedRuns = { lookAgain: tell('lookAgain'), deleted: tell('deleted'), running: () => Promise.resolve([...running]) }
  return { runs, told, running, broken, most }
}

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

interface WatchingOptions {
  readonly compareMs?: number
  readonly watchFails?: Error
  readonly round?: (signal: AbortSignal) => Promise<Collected>
  readonly networkSets?: NetworkSetOwners['list']
}

/** Starts the activity. @returns a way to be the watch, and what the activity ended with. */
async function watching(options: WatchingOptions = {}) {
  const recording = recordingRuns()
  const index = memoryStateIndex()
  const states = memoryStateStore(index)
  const environment = new MockActivityEnvironment()
  let report: (change: FeedChange) => Promise<void> = () => Promise.reject(new Error('not watching yet'))
  const ready = { watching: false, stopped: false }
  const watchFeeds = createWatchFeeds({
    runs: recording.runs,
    states,
    pulls: memoryPullRecords(index),
    reports: memoryRejectionReports(index),
    networkSets: { list: () => (options.networkSets === undefined ? Promise.resolve([]) : options.networkSets(NEVER)) },
    collector: { round: options.round ?? (() => Promise.resolve(NOTHING)) },
    firstCollectMs: 5,
    collectMs: 10,
    // An hour: no comparison comes in between unless a test asks for one.
    compareMs: options.compareMs ?? 3_600_000,
    watch: {
      run: (to, signal) => {
        report = to
        ready.watching = true
        if (options.watchFails !== undefined) return Promise.reject(options.watchFails)
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            // What it still has in flight takes a while to end.
            setImmediate(() => {
              ready.stopped = true
              reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
            })
          })
        })
      },
    },
  })
  const ended = environment.run(watchFeeds, { cluster: 'c' }).then(
    () => null,
    (error: unknown) => error,
  )
  stops.push(async () => {
    environment.cancel()
    await ended
  })
  await expect.poll(() => ready.watching).toBe(true)
  return { ...recording, index, states, environment, ended, ready, report: (change: FeedChange) => report(change) }
}

describe('watching the feeds of a cluster', () => {
  it('L-01 starts the run of every feed that is listed, a bounded number at once', async () => {
    const { report, told, most } = await watching()
    const feeds = Array.from({ length: 100 }, (_, at) => ({ name: `feed-${at}`, uid: `uid-${at}` }))
    await report({ kind: 'listed', feeds })
    expect([...told].sort()).toEqual(feeds.map(({ name, uid }) => `lookAgain ${name} ${uid}`).sort())
    expect(most.inFlight).toBeLessThanOrEqual(8)
    expect(most.inFlight).toBeGreaterThan(1)
  })

  it('one feed that cannot be told stops no other, and is told at a later comparison', async () => {
    const { report, told, broken } = await watching({ compareMs: 5 })
    broken.add('a')
    await report({ kind: 'listed', feeds: [{ name: 'a', uid: 'uid-a' }, { name: 'b', uid: 'uid-b' }] })
    expect(told).toEqual(['lookAgain b uid-b'])
    broken.clear()
    await expect.poll(() => told).toContain('lookAgain a uid-a')
  })

  it('L-06 a run that ends while its feed exists is replaced', async () => {
    const { report, told, running } = await watching({ compareMs: 5 })
    await report({ kind: 'listed', feeds: [{ name: 'a', uid: 'uid-a' }] })
    running.delete('a')
    await expect.poll(() => told).toEqual(['lookAgain a uid-a', 'lookAgain a uid-a'])
  })

  it('L-05 a deletion is told as such; an absence from the list is only looked into', async () => {
    const { report, told } = await watching({ compareMs: 5 })
    await report({ kind: 'listed', feeds: [{ name: 'a', uid: 'uid-a' }, { name: 'b', uid: 'uid-b' }] })
    told.length = 0
    await report({ kind: 'deleted', name: 'a', uid: 'uid-a' })
    await report({ kind: 'listed', feeds: [] })
    await expect.poll(() => told).toContain('lookAgain b uid-b')
    expect(told.filter((message) => message.startsWith('deleted'))).toEqual(['deleted a uid-a'])
  })

  it('S-07 starts the run that cleans up after a state document without a feed', async () => {
    const { report, told, states } = await watching()
    await states.write({ cluster: 'c', name: 'gone', uid: 'uid-gone' }, freshState('uid-gone'), null, NEVER)
    await report({ kind: 'listed', feeds: [{ name: 'a', uid: 'uid-a' }] })
    expect(told).toEqual(['lookAgain a uid-a', 'lookAgain gone uid-gone'])
  })

  it('S-07 starts it also where a pull record or a report is all that a life left', async () => {
    const { report, told, index } = await watching()
    const [pulled, parsed] = [{ cluster: 'c', name: 'pulled', uid: 'uid-1' }, { cluster: 'c', name: 'parsed', uid: 'uid-2' }]
    await memoryPullRecords(index).write(pulled, recordOf({ sha256: 'body', bytes: 1 }), NEVER)
    await memoryRejectionReports(index).write(parsed, REPORT, NEVER)
    await report({ kind: 'listed', feeds: [] })
    expect([...told].sort()).toEqual(['lookAgain parsed uid-2', 'lookAgain pulled uid-1'])
  })

  it('L-06 S-07 a run that is terminated while it cleans up is replaced as any other', async () => {
    const { report, told, running, states } = await watching({ compareMs: 5 })
    const feed = { cluster: 'c', name: 'a', uid: 'uid-a' }
    await states.write(feed, freshState('uid-a'), null, NEVER)
    await report({ kind: 'listed', feeds: [feed] })
    told.length = 0
    await report({ kind: 'deleted', name: 'a', uid: 'uid-a' })
    const again = (): number => {
      running.delete('a')
      return told.filter((message) => message === 'lookAgain a uid-a').length
    }
    await expect.poll(again, { timeout: 10_000 }).toBeGreaterThan(2)
  })

  it('L-06 S-05 so is what a network set is all that is left of, as soon as network sets can be listed', async () => {
    // When all feeds are listed, and at the first sweep after that.
    let away = 2
    const networkSets = () => (away-- > 0 ? Promise.reject(new FeedFailure('ApiUnavailable', 'wait', 'down')) : Promise.resolve([{ name: 'a', uid: 'uid-a' }]))
    const { report, told, running } = await watching({ compareMs: 5, networkSets })
    await report({ kind: 'listed', feeds: [{ name: 'b', uid: 'uid-b' }] })
    await report({ kind: 'deleted', name: 'b', uid: 'uid-b' })
    const messages = (): readonly string[] => {
      running.delete('b')
      return told
    }
    await expect.poll(messages, { timeout: 10_000 }).toContain('lookAgain a uid-a')
    expect(away).toBeLessThan(0)
  })

  it('S-05 starts the run that cleans up after network sets that are all that is left of a feed, once for all of them', async () => {
    const owners = [{ name: 'gone', uid: 'uid-gone' }, { name: 'gone', uid: 'uid-gone' }, { name: 'a', uid: 'uid-a' }, { name: 'a', uid: 'uid-0' }, { name: 'copied', uid: 'uid-a' }]
    const { report, told } = await watching({ networkSets: () => Promise.resolve(owners) })
    await report({ kind: 'listed', feeds: [{ name: 'a', uid: 'uid-a' }] })
    expect(told).toEqual(['lookAgain a uid-a', 'lookAgain gone uid-gone'])
  })

  it('an API server that lists no network sets keeps no state document from being swept, nor a feed from being told', async () => {
    const { report, told, states } = await watching({ networkSets: () => Promise.reject(new FeedFailure('ApiUnavailable', 'wait', 'down')) })
    await states.write({ cluster: 'c', name: 'gone', uid: 'uid-gone' }, freshState('uid-gone'), null, NEVER)
    await report({ kind: 'listed', feeds: [{ name: 'a', uid: 'uid-a' }] })
    expect(told).toEqual(['lookAgain a uid-a', 'lookAgain gone uid-gone'])
  })

  it('S-07 forgets the documents of a former life, record and report too, once three lists have met it', async () => {
    const { report, states, index } = await watching()
    const former = { cluster: 'c', name: 'a', uid: 'uid-0' }
    await states.write(former, freshState('uid-0'), null, NEVER)
    await memoryPullRecords(index).write(former, recordOf({ sha256: 'body', bytes: 1 }), NEVER)
    await memoryRejectionReports(index).write(former, REPORT, NEVER)
    const feeds = [{ name: 'a', uid: 'uid-a' }]
    for (const expected of [[former], [former], []]) {
      await report({ kind: 'listed', feeds })
      expect(await states.list({ cluster: 'c' }, NEVER)).toEqual(expected)
    }
  })

  it('collects soon after it began and from then on again and again, and neither a failure nor a store that does not answer holds the watch up', async () => {
    let rounds = 0
    const { report, told } = await watching({
      round: (signal) => {
        rounds += 1
        if (rounds === 1) return Promise.reject(new FeedFailure('StoreFailed', 'wait', 'away'))
        if (rounds < 4) return Promise.resolve(NOTHING)
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
      },
    })
    await expect.poll(() => rounds).toBe(4)
    await report({ kind: 'listed', feeds: [{ name: 'a', uid: 'uid-a' }] })
    expect(told).toEqual(['lookAgain a uid-a'])
    expect(rounds).toBe(4)
  })

  it('L-06 is cancelled as a whole, and stops the watch first', async () => {
    const { environment, ended, ready } = await watching()
    environment.cancel()
    expect(await ended).toMatchObject({ name: 'CancelledFailure' })
    expect(ready.stopped).toBe(true)
  })

  it('fails when the watch does, so that it is tried anew', async () => {
    const failure = new Error('a bug')
    expect(await (await watching({ watchFails: failure })).ended).toBe(failure)
  })
})
