import type { Client } from '@temporalio/client'
import { controllerId, controlTaskQueue } from '../domain/run/names.ts'

/** Another cluster's controller runs under this cluster's name (contract L-01). */
export class ForeignClusterError extends Error {
  override readonly name = 'ForeignClusterError'

  constructor(cluster: string) {
    super(
      `CLUSTER_NAME "${cluster}" belongs to another cluster (another uid of kube-system) in this Temporal namespace: ` +
        `give this one another name, or, if that cluster is gone, terminate the workflow ${controllerId(cluster)}`,
    )
  }
}

export interface ClusterIdentity {
  readonly cluster: string
  /** uid of the namespace `kube-system`. */
  readonly uid: string
}

const CALL_MS = 20_000

/**
 * Sees to it that the controller runs: starts it, or leaves the one that runs alone.
 * @throws ForeignClusterError when that one is another cluster's.
 */
export async function assertController(client: Client, { cluster, uid }: ClusterIdentity, signal: AbortSignal): Promise<void> {
  const description = await client.withDeadline(Date.now() + CALL_MS, () =>
    client.withAbortSignal(signal, async () => {
      const handle = await client.workflow.start('feedController', {
        workflowId: controllerId(cluster),
        taskQueue: controlTaskQueue(cluster),
        args: [{ cluster, clusterUid: uid }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        memo: { cluster, clusterUid: uid },
        staticSummary: `controller of the feeds of ${cluster}`,
      })
      return handle.describe()
    }),
  )
  if (description.memo?.['clusterUid'] !== uid) throw new ForeignClusterError(cluster)
}
