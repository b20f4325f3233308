import {
  type Client,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  isGrpcCancelledError,
  isGrpcDeadlineError,
  isGrpcServiceError,
} from '@temporalio/client'
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common'
import type { AskedRuns, EndedRuns } from '../../activities/ports/asked-runs.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { workflowId } from '../../domain/run/names.ts'
import type { NamedFeed, RefreshOutcome, RunEnd, RunFacts, RunReport } from '../../domain/run/requests.ts'
import { wholeSeconds } from '../../domain/run/whole-seconds.ts'
import { REFRESH_LATER, refreshSignal, refreshUpdate, stateQuery } from '../../workflows/messages.ts'
import { bind } from '../bound.ts'

/** A request that the server alone answers. Milliseconds. */
const CALL_MS = 10_000
/** A worker that is there answers a query in milliseconds. */
const QUERY_MS = 5_000
/** How long one call waits for what a run has to do first. An attempt takes about a second. */
const WAIT_MS = 8_000

/** Feeds' runs on a Temporal server, asked by the worker for those who cannot ask it themselves. */
export class TemporalAskedRuns implements AskedRuns, EndedRuns {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  find(feed: NamedFeed, signal: AbortSignal): Promise<RunFacts | null> {
    return this.#call(CALL_MS, signal, async () => {
      const found = await orNull(this.#client.workflow.getHandle(idOf(feed)).describe())
      if (found === null) return null
      const { runId, raw, status, startTime } = found
      return { runId, firstRunId: raw.workflowExecutionInfo?.firstRunId || runId, status: status.name.toLowerCase(), startedAt: wholeSeconds(startTime) }
    })
  }

  async ask(feed: NamedFeed, signal: AbortSignal): Promise<RunReport | null> {
    try {
      return await this.#call(QUERY_MS, signal, () => this.#client.workflow.getHandle(idOf(feed)).query(stateQuery))
    } catch (error) {
      // Absent, without a worker, or of another version.
      if (error instanceof FeedFailure) return null
      throw error
    }
  }

  refresh(feed: NamedFeed, signal: AbortSignal): Promise<boolean> {
    const handle = this.#client.workflow.getHandle(idOf(feed))
    return this.#call(CALL_MS, signal, async () => (await orNull(handle.signal(refreshSignal).then(() => true))) !== null)
  }

  awaitRefresh(feed: NamedFeed, key: string, signal: AbortSignal): Promise<RefreshOutcome | 'pending' | 'later' | 'absent'> {
    const handle = this.#client.workflow.getHandle(idOf(feed))
    return this.#call(WAIT_MS, signal, async () => {
      try {
        return (await orNull(handle.executeUpdate(refreshUpdate, { updateId: key }))) ?? 'absent'
      } catch (error) {
        if (isTimeUp(error, signal)) return 'pending'
        if (error instanceof WorkflowUpdateFailedError) return isLater(error) ? 'later' : 'absent'
        throw error
      }
    })
  }

  cancel(feed: NamedFeed, { firstRunId }: RunFacts, signal: AbortSignal): Promise<boolean> {
    // By the first run's id, so that a run that continues as new meanwhile is met.
    const chain = this.#client.workflow.getHandle(idOf(feed), undefined, { firstExecutionRunId: firstRunId })
    return this.#call(CALL_MS, signal, async () => (await orNull(chain.cancel())) !== null)
  }

  end(feed: NamedFeed, { runId }: RunFacts, signal: AbortSignal): Promise<RunEnd | 'pending'> {
    return this.#call(WAIT_MS, signal, async () => {
      try {
        await this.#client.workflow.getHandle(idOf(feed), runId).result()
        return 'ended'
      } catch (error) {
        if (isTimeUp(error, signal)) return 'pending'
        if (!(error instanceof WorkflowFailedError)) throw error
        if (error.cause instanceof CancelledFailure) return 'cancelled'
        return error.cause instanceof TerminatedFailure ? 'terminated' : 'ended'
      }
    })
  }

  async #call<T>(timeoutMs: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    // A signal of its own: the client never takes its listener off the one it is given.
    const bound = bind(signal, timeoutMs)
    try {
      return await this.#client.withAbortSignal(bound.signal, work)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw new FeedFailure('ApiUnavailable', 'wait', `Temporal did not take the call (${statusOf(error)})`)
    } finally {
      bound.release()
    }
  }
}

function idOf({ cluster, name }: NamedFeed): string {
  return workflowId(cluster, name)
}

/** Our own time is over; the caller's signal tells the rest. */
function isTimeUp(error: unknown, caller: AbortSignal): boolean {
  if (caller.aborted) return false
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcCancelledError(error) || isGrpcDeadlineError(error)
}

function isLater({ cause }: WorkflowUpdateFailedError): boolean {
  return cause instanceof ApplicationFailure && cause.type === REFRESH_LATER
}

async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

/** The number of a gRPC status; its details may quote what was sent. */
function statusOf(error: unknown): string {
  const cause = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error
  return isGrpcServiceError(cause) ? `gRPC status ${cause.code}` : 'connection error'
}
