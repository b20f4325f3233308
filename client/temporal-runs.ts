import { setTimeout as pause } from 'node:timers/promises'
import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  isGrpcCancelledError,
  isGrpcDeadlineError,
} from '@temporalio/client'
import type { Client } from '@temporalio/client'
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common'
import { workflowId } from '../domain/run/names.ts'
import type { FeedKey } from '../domain/run/references.ts'
import { wholeSeconds } from '../domain/run/whole-seconds.ts'
import { REFRESH_LATER, refreshSignal, refreshUpdate, stateQuery } from '../workflows/messages.ts'
import { ClientError } from './client-error.ts'
import type { FeedRuns, RunAnswer } from './parts.ts'

/** A worker answers a query in milliseconds when it is there: five seconds without an answer mean that none is. */
const QUERY_DEADLINE_MS = 5_000
/** A request that the server alone answers. */
const CALL_DEADLINE_MS = 10_000
/** An attempt takes about a second. */
const ASK_AGAIN_MS = 500

export interface TemporalRunsOptions {
  readonly client: Client
  readonly cluster: string
  /** Starts, signals and lists as the controller does. */
  readonly starter: {
    lookAgain(feed: FeedKey, signal: AbortSignal): Promise<void>
    running(cluster: string, signal: AbortSignal): Promise<readonly string[]>
  }
}

/** The runs of one cluster's feeds, by their workflow ids (docs/architecture.md, "Names on the wire"). */
export function temporalRuns({ client, cluster, starter }: TemporalRunsOptions): FeedRuns {
  const { connection, workflow } = client
  const brief = <T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> =>
    reach(() => connection.withAbortSignal(signal, () => connection.withDeadline(Date.now() + CALL_DEADLINE_MS, call)))

  return {
    async find(name, signal) {
      const found = await brief(signal, () => orNull(workflow.getHandle(workflowId(cluster, name)).describe()))
      if (found === null) return null
      return {
        workflowId: found.workflowId,
        runId: found.runId,
        firstRunId: found.raw.workflowExecutionInfo?.firstRunId || found.runId,
        status: found.status.name.toLowerCase(),
        startedAt: wholeSeconds(found.startTime),
      }
    },

    running: async (signal) => new Set(await starter.running(cluster, signal)),

    lookAgain: (feed, signal) => starter.lookAgain(feed, signal),

    async refresh(name, wait, signal) {
      const handle = workflow.getHandle(workflowId(cluster, name))
      if (!wait) {
        const sent = await brief(signal, () => orNull(handle.signal(refreshSignal).then(() => true)))
        return sent === null ? null : { outcome: 'requested', message: 'the feed is asked to refresh' }
      }
      try {
        return await reach(() => connection.withAbortSignal(signal, () => orNull(untilTaken(() => handle.executeUpdate(refreshUpdate), signal))))
      } catch (error) {
        if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
          throw new ClientError('failed', 'no outcome in time: is a worker running? The refresh may still happen')
        }
        if (error instanceof WorkflowUpdateFailedError) throw new ClientError('failed', 'the run ended before its attempt did')
        throw error
      }
    },

    async cancel(run, signal) {
      // By the first run's id, so that a run that continues as new meanwhile is met; its chain is then waited for, and not the idle
      // run that the controller starts next under the same workflow id.
      const chain = workflow.getHandle(run.workflowId, undefined, { firstExecutionRunId: run.firstRunId })
      const requested = await brief(signal, () => orNull(chain.cancel().then(() => true)))
      if (requested === null) return 'ended'
      try {
        await reach(() => connection.withAbortSignal(signal, () => workflow.getHandle(run.workflowId, run.runId).result()))
        return 'ended'
      } catch (error) {
        if (error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure) return 'cancelled'
        if (error instanceof WorkflowFailedError && error.cause instanceof TerminatedFailure) return 'terminated'
        if (error instanceof WorkflowFailedError) return 'ended'
        if (signal.aborted || isGrpcCancelledError(error)) {
          throw new ClientError('failed', 'cancellation is requested, and the run has not ended in time: is a worker running?')
        }
        throw error
      }
    },

    async ask(name, signal) {
      try {
        return await connection.withAbortSignal(signal, () =>
          connection.withDeadline(Date.now() + QUERY_DEADLINE_MS, async (): Promise<RunAnswer> => {
            const { state, nextPullAt } = await workflow.getHandle(workflowId(cluster, name)).query(stateQuery)
            return { state, nextPullAt }
          }),
        )
      } catch (error) {
        // Absent, without a worker, or of another version: `describe` then reads the state document.
        if (error instanceof Error) return null
        throw error
      }
    },
  }
}

/** Asks again where the run is about to continue as new, which takes it as long as the attempts of those who asked before. */
async function untilTaken<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const isLater = error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure && error.cause.type === REFRESH_LATER
      if (!isLater) throw error
      await pause(ASK_AGAIN_MS)
      if (signal.aborted) throw new ClientError('failed', 'no outcome in time: others ask the feed to refresh without pause')
    }
  }
}

async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

async function reach<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (isGrpcDeadlineError(error) || isUnavailable(error)) throw new ClientError('unreachable', 'Temporal does not answer: see TEMPORAL_ADDRESS')
    throw error
  }
}

/** gRPC's UNAVAILABLE, here or in a cause. */
function isUnavailable(error: unknown): boolean {
  const UNAVAILABLE = 14
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && at.code === UNAVAILABLE) return true
  }
  return false
}
