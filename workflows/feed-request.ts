import { sleep, workflowInfo } from '@temporalio/workflow'
import type { Answered, Answers, FeedRequest, FeedRequestInput, NamedFeed, RefusalCode } from '../domain/run/requests.ts'
import type { FeedKey } from '../domain/run/references.ts'
import { stepFailure } from './failure.ts'
import { requestSteps } from './steps.ts'

/**
 * Between two looks at what is waited for: an attempt takes about a second. A request that waits ten minutes has 800 events then, and 6,600
 * where every step answers at once, since the run takes nothing now or too many others wait (activities/answer-requests.ts).
 */
const ASK_AGAIN_MS = 1_000

/** Between two tries of a refresh that nobody waits for. Doubled up to the most: 4,300 events at most in the day that it is kept. */
const TRY_AGAIN_MS = 30_000
const TRY_AGAIN_MOST_MS = 10 * 60_000

type Answer = Answers[FeedRequest['kind']]

/**
 * Does what somebody asks who reaches Temporal alone, and ends with the answer. The worker looks at the resource and writes it; what it
 * amounts to, and how each failure is called, is as with `FeedClient` (client/feed-client.ts). Ends in any case by its own execution timeout.
 */
export async function feedRequest({ feed, request }: FeedRequestInput): Promise<Answered<Answer>> {
  try {
    return { done: await carryOut(feed, request) }
  } catch (error) {
    if (error instanceof Refused) return { refused: error.code, message: error.message }
    const { code, message } = stepFailure(error, request.kind)
    return { refused: code === 'ApiUnavailable' ? 'unreachable' : 'failed', message }
  }
}

/** Why the request is not done. */
class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: RefusalCode

  constructor(code: RefusalCode, message: string) {
    super(message)
    this.code = code
  }
}

function carryOut(feed: NamedFeed, request: FeedRequest): Promise<Answer> {
  switch (request.kind) {
    case 'start':
      return start(feed)
    case 'cancel':
      return cancel(feed)
    case 'refresh':
      return request.wait ? refresh(feed) : refreshInTime(feed)
    case 'describe':
      return describe(feed)
  }
}

async function start(feed: NamedFeed): Promise<Answers['start']> {
  const { uid, mode } = await existing(feed)
  const key: FeedKey = { ...feed, uid }
  if (mode === 'Disabled' && (await requestSteps.enableFeed({ feed: key })) !== 'enabled') throw notFound(feed)
  await requestSteps.callRun({ feed: key })
  return { uid, resource: mode === 'Disabled' ? 'enabled' : 'unchanged' }
}

async function cancel(feed: NamedFeed): Promise<Answers['cancel']> {
  const { name } = feed
  const { uid, mode } = await existing(feed)
  if (mode === 'Disabled') return { outcome: 'already-disabled', runId: null }
  const run = await requestSteps.findRun(feed)
  if (run?.status !== 'running') {
    if ((await requestSteps.disableFeed({ feed: { ...feed, uid } })) !== 'disabled') throw notFound(feed)
    return { outcome: 'disabled', runId: null }
  }
  let ended = (await requestSteps.requestCancel({ feed, run })) ? await requestSteps.awaitEnd({ feed, run }) : 'ended'
  while (ended === 'pending') {
    await sleep(ASK_AGAIN_MS)
    ended = await requestSteps.awaitEnd({ feed, run })
  }
  const after = await requestSteps.lookUpFeed(feed)
  if (after?.uid !== uid) throw new Refused('failed', `feed ${name} was deleted meanwhile`)
  if (after.mode !== 'Disabled') {
    throw new Refused('failed', `the run of feed ${name} ${ended === 'terminated' ? 'was terminated' : 'ended'} without disabling it: try again`)
  }
  return { outcome: 'cancelled', runId: run.runId }
}

async function refresh(feed: NamedFeed): Promise<Answers['refresh']> {
  // Of this request alone: asked again, it is the same attempt.
  const { workflowId: key } = workflowInfo()
  let called = false
  for (;;) {
    const asked = await requestSteps.awaitRefresh({ feed, key })
    if (typeof asked !== 'string') return asked
    if (asked === 'absent') {
      if (called) throw new Refused('failed', `the run of feed ${feed.name} ended before it could be asked: try again`)
      await callMissing(feed)
      called = true
    } else await sleep(ASK_AGAIN_MS)
  }
}

/** Nobody is there to try again: what passes is waited for, as long as the request is kept. */
async function refreshInTime(feed: NamedFeed): Promise<Answers['refresh']> {
  for (let pause = TRY_AGAIN_MS; !(await isAsked(feed)); pause = Math.min(2 * pause, TRY_AGAIN_MOST_MS)) await sleep(pause)
  return { outcome: 'requested', message: 'the feed is asked to refresh' }
}

/** @returns false where a server did not answer, or where the run ended before it could be asked. */
async function isAsked(feed: NamedFeed): Promise<boolean> {
  try {
    if (await requestSteps.requestRefresh(feed)) return true
    await callMissing(feed)
    return await requestSteps.requestRefresh(feed)
  } catch (error) {
    if (stepFailure(error, 'refresh').code !== 'ApiUnavailable') throw error
    return false
  }
}

/** No run: either there is no such feed, or its run is not started yet. */
async function callMissing(feed: NamedFeed): Promise<void> {
  const { uid } = await existing(feed)
  await requestSteps.callRun({ feed: { ...feed, uid } })
}

async function describe(feed: NamedFeed): Promise<Answers['describe']> {
  const { uid, mode } = await existing(feed)
  const run = await requestSteps.findRun(feed)
  const report = run?.status === 'running' ? await requestSteps.askRun(feed) : null
  return { uid, mode, run, report: report?.state.uid === uid ? report : null }
}

async function existing(feed: NamedFeed): Promise<{ readonly uid: string; readonly mode: 'Enabled' | 'Disabled' }> {
  const found = await requestSteps.lookUpFeed(feed)
  if (found === null) throw notFound(feed)
  return found
}

function notFound({ name }: NamedFeed): Refused {
  return new Refused('not-found', `there is no feed named ${name.slice(0, 253)}`)
}
