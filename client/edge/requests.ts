import { controlTaskQueue, isRequestKey, REQUEST_WORKFLOW, requestId } from '../../domain/run/names.ts'
import type { Answered, Answers, FeedRequest, FeedRequestInput, NamedFeed } from '../../domain/run/requests.ts'
import { ClientError, type ClientErrorCode } from '../client-error.ts'
import { type HttpAnswer, type HttpApi, STATUS } from './http-api.ts'
import { fields, list, payloadOf, text, valueOf } from './shapes.ts'

/** A request nobody waited for is done as long as a worker comes within a day; one that somebody waits for within these. Milliseconds. */
const KEPT_MS = 24 * 3_600_000
const MOST_WAIT_MS = 10 * 60_000
/** How long a worker that is there takes at most to say that a feed is asked; after that the request is left to it. */
const TAKEN_MS = 5_000
/** The server holds a question for the end some 20 seconds. */
const POLL_MS = 35_000
const CODES: readonly ClientErrorCode[] = ['failed', 'invalid', 'not-found', 'unreachable']

export interface Asking<Kind extends FeedRequest['kind']> {
  readonly feed: NamedFeed
  readonly request: Extract<FeedRequest, { readonly kind: Kind }>
  /** One key is one request: sent again, it is the one that was sent before. */
  readonly key: string
  /** What is answered where no worker did in some seconds: the request is kept for a day then. Absent: it is waited for. */
  readonly otherwise?: Answers[Kind]
}

/**
 * Asks by starting a workflow that a worker carries out (workflows/feed-request.ts). The id of a feed's run has slashes, by which the
 * HTTP API cannot name it (domain/run/names.ts), so that no message can be sent to it from here. A key whose request was refused is none that
 * was done: it is asked once more.
 *
 * @throws ClientError as the request was refused with; `failed` where no answer came in time.
 */
export async function ask<Kind extends FeedRequest['kind']>(api: HttpApi, asking: Asking<Kind>, signal: AbortSignal): Promise<Answers[Kind]> {
  if (!isRequestKey(asking.key)) throw new ClientError('invalid', 'the key of a request must be 1 to 100 letters, digits, "-" and "_"')
  const first = await askOnce(api, asking, 'WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE', signal)
  const { answer } = first.isFormer && first.answer instanceof ClientError ? await askOnce(api, asking, 'WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE', signal) : first
  if (answer instanceof ClientError) throw answer
  if (answer !== null) return answer
  if (asking.otherwise !== undefined) return asking.otherwise
  throw new ClientError('failed', 'no answer in time: is a worker running? What was asked may still be done')
}

interface Asked<Answer> {
  /** Whether a request that had ended before answers. */
  readonly isFormer: boolean
  /** null where there is none in time. */
  readonly answer: Answer | ClientError | null
}

async function askOnce<Kind extends FeedRequest['kind']>(api: HttpApi, { feed, request, key, otherwise }: Asking<Kind>, reuse: string, signal: AbortSignal): Promise<Asked<Answers[Kind]>> {
  const path = `/workflows/${requestId(feed.cluster, key)}`
  const input: FeedRequestInput = { feed, request }
  const started = await api.call(
    {
      method: 'POST',
      path,
      body: {
        workflowType: { name: REQUEST_WORKFLOW },
        taskQueue: { name: controlTaskQueue(feed.cluster) },
        input: { payloads: [payloadOf(input)] },
        identity: 'threatfeed-edge',
        workflowExecutionTimeout: `${(otherwise === undefined ? MOST_WAIT_MS : KEPT_MS) / 1_000}s`,
        workflowIdReusePolicy: reuse,
        workflowIdConflictPolicy: 'WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING',
        memo: { fields: { feed: payloadOf(feed.name), cluster: payloadOf(feed.cluster), request: payloadOf(request.kind) } },
      },
    },
    signal,
  )
  const isFormer = started.status === STATUS.alreadyExists
  if (started.status !== 'ok' && !isFormer) throw refusal(started)
  const event = await closed(api, path, otherwise === undefined ? MOST_WAIT_MS : TAKEN_MS, signal)
  return { isFormer, answer: event === null ? null : answerIn<Answers[Kind]>(event) }
}

/** The event with which the workflow ended; null where it has not ended in time. */
async function closed(api: HttpApi, path: string, waitMs: number, signal: AbortSignal): Promise<unknown> {
  const end = Date.now() + waitMs
  for (let token = ''; Date.now() < end && !signal.aborted; ) {
    const query = { waitNewEvent: 'true', historyEventFilterType: 'HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT', skipArchival: 'true', ...(token === '' ? {} : { nextPageToken: token }) }
    const polled = await poll(() => api.call({ method: 'GET', path: `${path}/history`, query, timeoutMs: POLL_MS, until: end }, signal), end, signal)
    if (polled === null) return null
    if (polled.status !== 'ok') throw refusal(polled)
    const { history, nextPageToken } = fields(polled.body)
    const [event] = list(fields(history)['events']).slice(-1)
    if (event !== undefined) return event
    token = text(nextPageToken) ?? ''
  }
  return null
}

/** An answer that did not come because the time is over is none that failed. */
async function poll(call: () => Promise<HttpAnswer>, end: number, signal: AbortSignal): Promise<HttpAnswer | null> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof ClientError && (signal.aborted || (error.code === 'unreachable' && Date.now() >= end))) return null
    throw error
  }
}

function answerIn<Answer>(event: unknown): Answer | ClientError {
  const { workflowExecutionCompletedEventAttributes: completed } = fields(event)
  const [first] = list(fields(fields(completed)['result'])['payloads'])
  const answer = fields(valueOf(first)) as Partial<Record<'done' | 'refused' | 'message', unknown>>
  if (answer.done !== undefined) return (answer as Answered<Answer> & { readonly done: Answer }).done
  const code = CODES.find((known) => known === answer.refused)
  if (code !== undefined) return new ClientError(code, text(answer.message) ?? '')
  return new ClientError('failed', 'the request ended without an answer: was no worker there in time, or one of another version?')
}

export function refusal(answer: HttpAnswer): ClientError {
  if (answer.status === 'ok') return new ClientError('failed', 'Temporal gave another answer than was expected')
  if (answer.namespaceMissing) return new ClientError('invalid', 'Temporal has no such namespace')
  return new ClientError('failed', `Temporal refuses the request: gRPC status ${answer.status}`)
}
