import type { Client } from '@temporalio/client'
import type { VersioningBehavior, WorkerDeploymentVersion } from '@temporalio/common'
import type { Logger, WorkerOptions } from '@temporalio/worker'
import type { WorkerSettings } from './settings.ts'

const CALL_MS = 15_000

/**
 * The version of this worker in Temporal's Worker Versioning, null where workers have none. The settings are called as Temporal's
 * Worker Controller for Kubernetes sets them.
 */
export function deploymentVersion(read: WorkerSettings, cluster: string): WorkerDeploymentVersion | null {
  const buildId = read.text('TEMPORAL_WORKER_BUILD_ID')
  const name = read.text('TEMPORAL_DEPLOYMENT_NAME')
  if (buildId === undefined) {
    if (name !== undefined) read.problem('TEMPORAL_DEPLOYMENT_NAME', 'is set and TEMPORAL_WORKER_BUILD_ID is not: a version is both')
    return null
  }
  const deploymentName = name ?? read.value('TEMPORAL_DEPLOYMENT_NAME').replaceAll('<cluster>', cluster)
  // The server refuses these two in it, since they stand between name and build.
  if (/[.:]/.test(deploymentName)) {
    read.problem('TEMPORAL_DEPLOYMENT_NAME', 'must hold neither "." nor ":"; where the cluster\'s name does, set one that does not')
  }
  return { deploymentName, buildId }
}

/** A feed's run stays with the version that began it, so that no other code ever replays its history, and continues as new on the current one. */
export const FEEDS_ARE: VersioningBehavior = 'PINNED'
/** The controller's one step lasts a day, which no version can wait for: it moves at once, and every version replays its few events. */
export const CONTROLLER_IS: VersioningBehavior = 'AUTO_UPGRADE'

/**
 * Options of a worker. The behaviour is said here and not in the workflows, since the server refuses one from a worker without a version.
 */
export function versioning(version: WorkerDeploymentVersion | null, behavior: VersioningBehavior): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (version === null) return {}
  return { workerDeploymentOptions: { useWorkerVersioning: true, version, defaultVersioningBehavior: behavior } }
}

/** A version that nobody has made current is given no run: that is how a rollout begins, and must not look like a worker that hangs. */
export async function sayIfNotCurrent(client: Client, version: WorkerDeploymentVersion, logger: Logger): Promise<void> {
  const { deploymentName, buildId } = version
  const { namespace } = client.options
  if ((await currentBuild(client, deploymentName)) === buildId) return
  logger.info('this version of the worker is not the current one, and gets no runs until it is', {
    ...version,
    next: `temporal worker deployment set-current-version --namespace ${namespace} --deployment-name ${deploymentName} --build-id ${buildId}`,
  })
}

/** null when there is none, or when the server does not tell: it may not know the deployment yet. */
async function currentBuild(client: Client, deploymentName: string): Promise<string | null> {
  try {
    const { namespace } = client.options
    const { workerDeploymentInfo } = await client.withDeadline(Date.now() + CALL_MS, () =>
      client.workflowService.describeWorkerDeployment({ namespace, deploymentName }),
    )
    return workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId ?? null
  } catch {
    return null
  }
}
