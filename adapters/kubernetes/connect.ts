import { delimiter } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { FeedFailure } from '../../domain/failure.ts'
import { ApiServer } from './api-server.ts'

/** Where Kubernetes is: kubeconfig files as KUBECONFIG lists them, or null for the account of the pod this runs in. */
export interface KubernetesSettings {
  readonly kubeconfig: string | null
}

/** Opens nothing yet. @throws FeedFailure `ApiUnavailable` when a file cannot be read or there is no account; never with its content. */
export function connectToKubernetes({ kubeconfig }: KubernetesSettings): ApiServer {
  const config = new KubeConfig()
  try {
    if (kubeconfig === null) config.loadFromCluster()
    else loadFiles(config, kubeconfig.split(delimiter).filter((file) => file !== ''))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    const what = kubeconfig === null ? 'the account of this pod' : `a file of KUBECONFIG`
    throw new FeedFailure('ApiUnavailable', 'user', `${what} cannot be read${code}`)
  }
  if (config.getCurrentCluster() === null) throw new FeedFailure('ApiUnavailable', 'user', 'the kubeconfig has no current cluster')
  return new ApiServer(config)
}

/** All their entries, and the current context of the first. */
function loadFiles(config: KubeConfig, files: readonly string[]): void {
  const [first, ...others] = files
  if (first === undefined) throw new Error('KUBECONFIG names no file')
  config.loadFromFile(first)
  for (const file of others) {
    const other = new KubeConfig()
    other.loadFromFile(file)
    config.mergeConfig(other, true)
  }
}
