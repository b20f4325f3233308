import { setTimeout as pause } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { temporalRuns } from '../../client/temporal-runs.ts'
import { lookAgainSignal, refreshUpdate } from '../../workflows/messages.ts'
import { SETTINGS, observedFeed } from '../domain/run/run-view.ts'
import { openCrowd } from './crowd.ts'
import type { Crowd } from './crowd.ts'
import { fly } from './in-flight.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'
import type { FeedHandle } from './time-skipping.ts'

/** Names the workflows and the queue of this file. */
const CROWD = `real-${String(process.pid)}`

const TIMINGS = Number(process.env['TIMINGS'] ?? 60)
const AT_ONCE = 20

function gate(): readonly [opened: Promise<void>, open: () => void] {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return [opened, () => open()]
}

let crowd: Crowd
let connections: readonly { close(): Promise<void> }[]
beforeAll(async () => {
  const address = inject('servers')['TEMPORAL_ADDRESS'] ?? ''
  const [native, connection] = await Promise.all([NativeConnection.connect({ address }), Connection.connect({ address })])
  connections = [native, connection]
  crowd = await openCrowd(native, new Client({ connection }), CROWD)
})
afterAll(async () => {
  await crowd.close()
  for (const connection of connections) await connection.close()
})

it(`L-04 L-05 L-06 continuing as new loses no signal, update, deletion or cancellation in flight on the real server: ${String(TIMINGS)} random timings`, async () => {
  const lost: string[] = []
  let continued = 0
  for (let done = 0; done < TIMINGS; done += AT_ONCE) {
    const flights = await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => fly(crowd, `flight-${String(done + at)}`)))
    lost.push(...flights.flatMap((flight) => flight.lost))
    continued += flights.reduce((sum, flight) => sum + flight.continued, 0)
  }
  expect(lost).toEqual([])
  // Otherwise nothing was in flight when a run ended.
  expect(continued).toBeGreaterThan(TIMINGS / 2)
}, 60_000 + 3_000 * TIMINGS)

/** Events of the longest run of a chain, and how many runs there were. */
async function lengthsOf(handle: FeedHandle): Promise<{ readonly longest: number; readonly runs: number }> {
  let longest = 0
  let runs = 0
  for (let runId: string | null | undefined = handle.firstExecutionRunId; runId != null; ) {
    const { events } = await crowd.client.workflow.getHandle(handle.workflowId, runId).fetchHistory()
    longest = Math.max(longest, events?.length ?? 0)
    runs += 1
    runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId
  }
  return { longest, runs }
}

/** What a run may have when it is to continue, and 30 for each of the ten that are taken late. */
const MOST_EVENTS = 60 + 300

describe.each([
  ['one', 1, {}, 'unchanged'],
  ['many', 8, {}, 'unchanged'],
  ['one and is disabled', 1, { enabled: false }, 'disabled'],
] as const)('a feed that is asked without pause by %s', (name, askers, changes, outcome) => {
  it('L-04 continues as new all the same, and everyone gets an answer to what was asked', async () => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ periodMs: 1e12, settings: { ...SETTINGS, continueAfterEvents: 60 }, ...changes })
    // Those who are answered together ask again at moments of their own, so that somebody waits whenever an attempt ends.
    const apartMs = askers === 1 ? 0 : 100
    steps.pullFeed = async () => {
      await pause(apartMs)
      return { outcome: 'not-modified', host: 'feeds.example' }
    }
    const handle = await crowd.start(`asked-by-${name.replaceAll(' ', '-')}`, steps)
    const starter = { lookAgain: () => Promise.resolve(), running: () => Promise.resolve([]) }
    const runs = temporalRuns({ client: crowd.client, cluster: CROWD, starter })
    const feed = handle.workflowId.split('/').at(-1) ?? ''
    const ask = async (): Promise<void> => {
      for (let time = 0; time < 120 / askers; time += 1) {
        await pause(Math.random() * apartMs)
        const pulls = steps.count('pullFeed')
        expect(await runs.refresh(feed, true, AbortSignal.timeout(60_000))).toMatchObject({ outcome })
        if (outcome === 'unchanged') expect(steps.count('pullFeed')).toBeGreaterThan(pulls)
      }
    }
    await Promise.all(Array.from({ length: askers }, ask))
    const { longest, runs: continued } = await lengthsOf(handle)
    expect(longest).toBeLessThanOrEqual(MOST_EVENTS)
    expect(continued).toBeGreaterThan(2)
    await handle.terminate('the test is over')
  }, 180_000)
})

it('L-02 L-06 a refresh in flight when its run is cancelled is answered with "disabled", and so is one that comes while that is written', async () => {
  const steps = new ScriptedSteps()
  const [searched, release] = gate()
  const [written, disabled] = gate()
  const begun = async (name: 'searchForward' | 'disableFeed'): Promise<void> => {
    while (steps.count(name) === 0) await pause(5)
  }
  // Adopted at last, but not before the cancellation.
  steps.searchForward = async () => {
    await searched
    throw failure('SearchFailed', 'too late')
  }
  steps.disableFeed = async () => {
    await written
    return 'disabled'
  }
  const handle = await crowd.start('answered', steps)
  await begun('searchForward')
  const inFlight = await handle.startUpdate(refreshUpdate, { waitForStage: 'ACCEPTED' })
  await handle.cancel()
  release()
  await begun('disableFeed')
  const late = handle.executeUpdate(refreshUpdate)
  expect([(await inFlight.result()).outcome, (await late).outcome]).toEqual(['disabled', 'disabled'])
  disabled()
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })
}, 30_000)

it('L-06 a cancellation that comes while a run is about to continue as new ends it, though the step it was at ends well', async () => {
  const steps = new ScriptedSteps()
  steps.observed = observedFeed({ periodMs: 1e12, settings: { ...SETTINGS, continueAfterEvents: 60 } })
  const [seen, release] = gate()
  const observe = steps.observeFeed
  steps.observeFeed = async (input) => {
    await seen
    return observe(input)
  }
  const handle = await crowd.start('about-to-continue', steps)
  while (steps.count('observeFeed') === 0) await pause(5)
  const { runId } = await handle.describe()
  for (let sent = 0; sent < 60; sent += 1) await handle.signal(lookAgainSignal, { uid: 'uid-1' })
  await handle.cancel()
  release()
  const run = crowd.client.workflow.getHandle(handle.workflowId, runId, { followRuns: false })
  await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })
  expect(steps.count('disableFeed')).toBe(1)
}, 30_000)
