import { ActivityFailure, CancelledFailure, continueAsNew, sleep } from '@temporalio/workflow'
import { isCancelled } from './failure.ts'
import { watchFeeds } from './steps.ts'

export interface FeedControllerInput {
  readonly cluster: string
  /** uid of the cluster's `kube-system` namespace: one name, one cluster (contract L-01). */
  readonly clusterUid: string
}

/** A watch that ended with what is not tried again by itself begins anew after this: eight events each, in a history of their own. */
const AGAIN_MS = 10_000

/**
 * Keeps one watching activity alive for a cluster. The activity lists, watches, starts and signals; nothing of that enters history.
 * It ends once a day, and so does this history. However it fails, the cluster does not stay unwatched.
 */
export async function feedController(input: FeedControllerInput): Promise<void> {
  try {
    await watchFeeds({ cluster: input.cluster })
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancelled()) throw error
    await sleep(AGAIN_MS, { summary: 'until the watch begins anew' })
  }
  // One that comes together with this would be lost with the run.
  if (isCancelled()) throw new CancelledFailure('cancelled before continuing as new')
  await continueAsNew<typeof feedController>(input)
}
