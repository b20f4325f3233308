import type { Client } from '@temporalio/client'
import type { Logger } from '@temporalio/worker'
import { assertController, type ClusterIdentity, ForeignClusterError } from './controller-run.ts'
import { pause } from './pause.ts'
import type { Readiness } from './readiness.ts'
import { reasonOf } from './wait-for.ts'

/** A terminated controller is replaced within a minute (contract L-06), also when one call of 20 s is lost; two small requests each. */
const ASSERT_MS = 30_000
/** Not ready after this many failures in a row: Temporal is away. */
const FAILURES = 6

export interface Keeping {
  readonly logger: Logger
  readonly readiness: Readiness
  readonly signal: AbortSignal
  /** Called when a controller is seen that is not the one before: a server that lost its database has lost what else was set in it. */
  readonly onAnother: () => Promise<void>
}

/**
 * Asserts once, then twice a minute, that the cluster's controller runs and is this cluster's.
 * @returns once it was first seen; `done` rejects with a ForeignClusterError when another cluster's has taken its place.
 */
export async function keepController(client: Client, identity: ClusterIdentity, keeping: Keeping): Promise<{ readonly done: Promise<void> }> {
  const { logger, readiness, signal, onAnother } = keeping
  let known = await assertController(client, identity, signal)
  readiness.controllerProblem = null
  const keep = async () => {
    for (let failures = 0; !signal.aborted; ) {
      await pause(ASSERT_MS, signal)
      if (signal.aborted) return
      try {
        const seen = await assertController(client, identity, signal)
        if (seen !== known) await onAnother()
        known = seen
        failures = 0
        readiness.controllerProblem = null
      } catch (error) {
        if (error instanceof ForeignClusterError) throw error
        failures += 1
        logger.warn('could not see to the controller; tried again in half a minute', { reason: reasonOf(error) })
        if (failures >= FAILURES) readiness.controllerProblem = `not seen in ${failures} tries, half a minute apart`
      }
    }
  }
  return { done: keep() }
}
