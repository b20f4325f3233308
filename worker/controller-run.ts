import type { Client, WorkflowExecutionDescription } from '@temporalio/client'
import { bind } from '../adapters/bound.ts'
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
 * @returns the first run of the chain that it belongs to: another one is another controller's.
 * @throws ForeignClusterError when that one is another cluster's.
 */
export async function assertController(client: Client, { cluster, uid }: ClusterIdentity, signal: AbortSignal): Promise<string> {
  // A signal of its own: the client never takes its listeners off the one it is given, and the worker's lives as long as it does.
  const bound = bind(signal, CALL_MS)
  const asserted = (): Promise<WorkflowExecutionDescription> =>
    client.withAbortSignal(bound.signal, async () => {
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
    })
  const { memo, raw } = await client.withDeadline(Date.now() + CALL_MS, asserted).finally(bound.release)
  if (memo?.['clusterUid'] !== uid) throw new ForeignClusterError(cluster)
  return raw.workflowExecutionInfo?.firstRunId ?? ''
}
