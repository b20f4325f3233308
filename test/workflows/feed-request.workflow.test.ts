import { randomBytes } from 'node:crypto'
import { ApplicationFailure } from '@temporalio/common'
import { describe, expect, inject, it } from 'vitest'
import { REQUEST_WORKFLOW, requestId } from '../../domain/run/names.ts'
import type { FeedRequest, RequestSteps, RunFacts } from '../../domain/run/requests.ts'
import { days } from './on-day.ts'
import type { Day } from './time-skipping.ts'

const onDay = days()
const feed = { cluster: 'c', name: 'a' }
const run: RunFacts = { runId: 'r', firstRunId: 'r', status: 'running', startedAt: '2026-01-01T00:00:00Z' }
const enabled = { uid: 'u', mode: 'Enabled' } as const
const disabled = { uid: 'u', mode: 'Disabled' } as const

type Script = { readonly [Step in keyof RequestSteps]?: readonly (Awaited<ReturnType<RequestSteps[Step]>> | Error)[] }

/** What a request comes to where its steps give these results in turn; a step without any is not to be taken. Also the steps taken, in order. */
async function asked(day: Day, request: FeedRequest, script: Script): Promise<{ readonly answer: unknown; readonly steps: readonly string[]; readonly inputs: readonly unknown[] }> {
  const steps: string[] = []
  const inputs: unknown[] = []
  const left = new Map(Object.entries(script).map(([name, results]) => [name, [...results]]))
  const take = (name: string) => (input: unknown) => {
    const [next] = left.get(name)?.splice(0, 1) ?? []
    steps.push(name)
    inputs.push(input)
    if (next instanceof Error) return Promise.reject(next)
    return left.has(name) ? Promise.resolve(next) : Promise.reject(new Error(`${name} was not to be taken`))
  }
  const names = ['lookUpFeed', 'enableFeed', 'disableFeed', 'callRun', 'findRun', 'requestRefresh', 'awaitRefresh', 'requestCancel', 'awaitEnd', 'askRun'] satisfies (keyof RequestSteps)[]
  const taskQueue = `requests-${randomBytes(4).toString('hex')}`
  const workflowBundle = { codePath: inject('workflowBundle') }
  await day.work({ taskQueue, workflowBundle, activities: Object.fromEntries(names.map((name) => [name, take(name)])) })
  const answer: unknown = await day.env.client.workflow.execute(REQUEST_WORKFLOW, { workflowId: requestId('c', taskQueue), taskQueue, args: [{ feed, request }] })
  return { answer, steps, inputs }
}

const down = ApplicationFailure.create({ type: 'ApiUnavailable', message: 'the API server does not answer', nonRetryable: true })

describe('a request to start', () => {
  it('enables a disabled feed and calls its run', onDay(async (day) => {
    const { answer, steps, inputs } = await asked(day, { kind: 'start' }, { lookUpFeed: [disabled], enableFeed: ['enabled'], callRun: [undefined] })
    expect(answer).toEqual({ done: { uid: 'u', resource: 'enabled' } })
    expect(steps).toEqual(['lookUpFeed', 'enableFeed', 'callRun'])
    expect(inputs[1]).toEqual({ feed: { ...feed, uid: 'u' } })
  }))

  it('V-02 writes nothing to one that is enabled', onDay(async (day) => {
    expect(await asked(day, { kind: 'start' }, { lookUpFeed: [enabled], callRun: [undefined] })).toMatchObject({ answer: { done: { resource: 'unchanged' } } })
  }))

  it.each(['absent', 'replaced'] as const)('L-05 says when the feed is %s by the time it is written', async (gone) => onDay(async (day) => {
    const { answer, steps } = await asked(day, { kind: 'start' }, { lookUpFeed: [disabled], enableFeed: [gone] })
    expect(answer).toEqual({ refused: 'not-found', message: 'there is no feed named a' })
    expect(steps).not.toContain('callRun')
  })())

  it('says when the API server is away', onDay(async (day) => {
    expect(await asked(day, { kind: 'start' }, { lookUpFeed: [down] })).toMatchObject({ answer: { refused: 'unreachable', message: 'the API server does not answer' } })
  }))
})

describe('a request to cancel', () => {
  it('L-06 waits until the run has ended, and looks whether the feed is disabled', onDay(async (day) => {
    const { answer, steps } = await asked(day, { kind: 'cancel' }, { lookUpFeed: [enabled, disabled], findRun: [run], requestCancel: [true], awaitEnd: ['pending', 'pending', 'cancelled'] })
    expect(answer).toEqual({ done: { outcome: 'cancelled', runId: 'r' } })
    expect(steps).toEqual(['lookUpFeed', 'findRun', 'requestCancel', 'awaitEnd', 'awaitEnd', 'awaitEnd', 'lookUpFeed'])
  }))

  it('leaves the idle run of a disabled feed alone', onDay(async (day) => {
    expect(await asked(day, { kind: 'cancel' }, { lookUpFeed: [disabled] })).toMatchObject({ answer: { done: { outcome: 'already-disabled', runId: null } } })
  }))

  it.each([null, { ...run, status: 'terminated' }])('L-06 disables a feed without a running run', async (found) => onDay(async (day) => {
    expect(await asked(day, { kind: 'cancel' }, { lookUpFeed: [enabled], findRun: [found], disableFeed: ['disabled'] })).toMatchObject({ answer: { done: { outcome: 'disabled', runId: null } } })
  })())

  it.each([
    ['deleted', null, 'cancelled', 'feed a was deleted meanwhile'],
    ['replaced', { uid: 'another', mode: 'Disabled' }, 'cancelled', 'feed a was deleted meanwhile'],
    ['left enabled by a termination', enabled, 'terminated', 'the run of feed a was terminated without disabling it: try again'],
    ['left enabled', enabled, 'ended', 'the run of feed a ended without disabling it: try again'],
  ] as const)('L-06 says when the feed was %s', async (_, after, end, message) => onDay(async (day) => {
    const script = { lookUpFeed: [enabled, after], findRun: [run], requestCancel: [true], awaitEnd: [end] }
    expect((await asked(day, { kind: 'cancel' }, script)).answer).toEqual({ refused: 'failed', message })
  })())
})

describe('a request to refresh', () => {
  it('L-04 asks under one key until the attempt has ended', onDay(async (day) => {
    const updated = { outcome: 'updated', message: '3 members' } as const
    const { answer, inputs } = await asked(day, { kind: 'refresh', wait: true }, { awaitRefresh: ['pending', 'later', updated] })
    expect(answer).toEqual({ done: updated })
    expect(inputs).toHaveLength(3)
    expect(new Set(inputs.map((input) => JSON.stringify(input))).size).toBe(1)
  }))

  it('L-04 calls a run that is missing, and asks it', onDay(async (day) => {
    const { answer, steps } = await asked(day, { kind: 'refresh', wait: false }, { requestRefresh: [false, true], lookUpFeed: [enabled], callRun: [undefined] })
    expect(answer).toEqual({ done: { outcome: 'requested', message: 'the feed is asked to refresh' } })
    expect(steps).toEqual(['requestRefresh', 'lookUpFeed', 'callRun', 'requestRefresh'])
  }))

  it('that nobody waits for outlives an API server that is away, and a run that ends', onDay(async (day) => {
    const done = { done: { outcome: 'requested', message: 'the feed is asked to refresh' } }
    const script = { requestRefresh: [false, down, false, true], lookUpFeed: [down, enabled], callRun: [undefined] }
    const { answer, steps } = await asked(day, { kind: 'refresh', wait: false }, script)
    expect(answer).toEqual(done)
    expect(steps).toEqual(['requestRefresh', 'lookUpFeed', 'requestRefresh', 'requestRefresh', 'lookUpFeed', 'callRun', 'requestRefresh'])
    const ended = await asked(day, { kind: 'refresh', wait: false }, { requestRefresh: [false, false, true], lookUpFeed: [enabled], callRun: [undefined] })
    expect(ended.answer).toEqual(done)
    expect((await asked(day, { kind: 'refresh', wait: false }, { requestRefresh: [false], lookUpFeed: [null] })).answer).toMatchObject({ refused: 'not-found' })
  }))

  it('says when there is no such feed, and when its run ends again', onDay(async (day) => {
    expect((await asked(day, { kind: 'refresh', wait: true }, { awaitRefresh: ['absent'], lookUpFeed: [null] })).answer).toMatchObject({ refused: 'not-found' })
    const twice = await asked(day, { kind: 'refresh', wait: true }, { awaitRefresh: ['absent', 'absent'], lookUpFeed: [enabled], callRun: [undefined] })
    expect(twice.answer).toEqual({ refused: 'failed', message: 'the run of feed a ended before it could be asked: try again' })
  }))
})

describe('a request to describe', () => {
  it('asks a running run alone, and shows nothing of another life of the feed', onDay(async (day) => {
    const ended = { ...run, status: 'cancelled' }
    expect((await asked(day, { kind: 'describe' }, { lookUpFeed: [disabled], findRun: [ended] })).answer).toEqual({ done: { ...disabled, run: ended, report: null } })
    const report = { state: { uid: 'former' } } as unknown as Awaited<ReturnType<RequestSteps['askRun']>>
    expect((await asked(day, { kind: 'describe' }, { lookUpFeed: [enabled], findRun: [run], askRun: [report] })).answer).toEqual({ done: { ...enabled, run, report: null } })
  }))
})
