import { MockActivityEnvironment } from '@temporalio/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createRequestSteps } from '../../activities/answer-requests.ts'
import type { AskedRuns, EndedRuns } from '../../activities/ports/asked-runs.ts'
import type { RefreshOutcome, RunEnd } from '../../domain/run/requests.ts'
import { controlCapacity } from '../../worker/capacity.ts'
import { memoryFeedApi } from '../fakes/memory-feed-api.ts'
import { environment as quietEnvironment } from './world.ts'

const feed = { cluster: 'c', name: 'a' }
const run = { runId: 'r', firstRunId: 'r', status: 'running', startedAt: '2026-01-01T00:00:00Z' }

/** Runs that answer when they are told to. */
class SlowRuns implements AskedRuns, EndedRuns {
  readonly asked: ((outcome: RefreshOutcome) => void)[] = []
  find = () => Promise.resolve(null)
  ask = () => Promise.resolve(null)
  refresh = () => Promise.resolve(false)
  awaitRefresh = (): Promise<RefreshOutcome> => new Promise((resolve) => this.asked.push(resolve))
  cancel = () => Promise.resolve(true)
  end = (): Promise<RunEnd> => Promise.resolve('cancelled')
}

function world(runs = new SlowRuns()) {
  const feeds = memoryFeedApi()
  const looked: string[] = []
  const lookAgain = (key: { readonly uid: string }): Promise<void> => {
    looked.push(key.uid)
    return Promise.resolve()
  }
  return { feeds, runs, looked, steps: createRequestSteps({ feeds, runs: { lookAgain }, asked: runs }), environment: new MockActivityEnvironment() }
}

/** A call of any port to a server that does not answer: it ends with its signal, which is the last of what it is given. */
function never(...given: readonly unknown[]): Promise<never> {
  const signal = given.at(-1)
  return new Promise((_, reject) => {
    if (signal instanceof AbortSignal) signal.addEventListener('abort', () => reject(signal.reason as Error))
  })
}

describe('the steps of a request', () => {
  afterEach(() => void vi.useRealTimers())

  it('V-02 look a feed up: an absent mode is Enabled', async () => {
    const { feeds, steps, environment } = world()
    expect(await environment.run(steps.lookUpFeed, feed)).toBeNull()
    const uid = feeds.put('a', {})
    expect(await environment.run(steps.lookUpFeed, feed)).toEqual({ uid, mode: 'Enabled' })
    await environment.run(steps.disableFeed, { feed: { ...feed, uid } })
    expect(await environment.run(steps.lookUpFeed, feed)).toEqual({ uid, mode: 'Disabled' })
  })

  it('L-05 write no mode to another life of the feed', async () => {
    const { feeds, steps, environment } = world()
    const uid = feeds.put('a', { mode: 'Disabled' })
    expect(await environment.run(steps.enableFeed, { feed: { ...feed, uid: 'former' } })).toBe('replaced')
    expect(await environment.run(steps.lookUpFeed, feed)).toEqual({ uid, mode: 'Disabled' })
  })

  it('wait six at once and leave the other slots: whoever comes then is told to ask again', async () => {
    const { runs, steps, environment } = world()
    const waiting = Array.from({ length: 6 }, (_, at) => environment.run(steps.awaitRefresh, { feed, key: `k${at}` }))
    expect(await environment.run(steps.awaitRefresh, { feed, key: 'late' })).toBe('pending')
    expect(await environment.run(steps.awaitEnd, { feed, run })).toBe('pending')
    expect(controlCapacity().maxConcurrentActivityTaskExecutions).toBeGreaterThan(waiting.length + 1)
    runs.asked[0]?.({ outcome: 'updated', message: '' })
    expect(await waiting[0]).toEqual({ outcome: 'updated', message: '' })
    expect(await environment.run(steps.awaitEnd, { feed, run })).toBe('cancelled')
    for (const answer of runs.asked.slice(1)) answer({ outcome: 'unchanged', message: '' })
    await Promise.all(waiting)
  })
  it('give up after ten seconds, whichever server does not answer', async () => {
    vi.useFakeTimers()
    const feeds = { ...memoryFeedApi(), read: never, enable: never, disable: never }
    const asked = { find: never, ask: never, refresh: never, awaitRefresh: never, cancel: never, end: never }
    const steps = createRequestSteps({ feeds, runs: { lookAgain: never }, asked })
    const environment = quietEnvironment()
    const key = { feed: { ...feed, uid: 'u' } }
    const all = Promise.allSettled([
      environment.run(steps.lookUpFeed, feed),
      environment.run(steps.enableFeed, key),
      environment.run(steps.disableFeed, key),
      environment.run(steps.callRun, key),
      environment.run(steps.findRun, feed),
      environment.run(steps.requestRefresh, feed),
      environment.run(steps.awaitRefresh, { feed, key: 'k' }),
      environment.run(steps.requestCancel, { feed, run }),
      environment.run(steps.awaitEnd, { feed, run }),
      environment.run(steps.askRun, feed),
    ])
    await vi.advanceTimersByTimeAsync(10_000)
    const unavailable = { status: 'rejected', reason: { code: 'ApiUnavailable', failureClass: 'wait' } }
    expect(await all).toMatchObject(Object.keys(steps).map(() => unavailable))
  })
})
