import { continueAsNew } from '@temporalio/workflow'
import { watchFeeds } from './steps.ts'

export interface FeedControllerInput {
  readonly cluster: string
  /** uid of the cluster's `kube-system` namespace: one name, one cluster (contract L-01). */
  readonly clusterUid: string
}

/**
 * Keeps one watching activity alive for a cluster. The activity lists, watches, starts and signals; nothing of that enters history.
 * It ends once a day, and so does this history.
 */
export async function feedController(input: FeedControllerInput): Promise<void> {
  await watchFeeds({ cluster: input.cluster })
  await continueAsNew<typeof feedController>(input)
}
