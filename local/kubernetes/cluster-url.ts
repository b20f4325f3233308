import { KubeConfig } from '@kubernetes/client-node'

/** The API server that the current context of a kubeconfig leads to; of the first one if there are several. */
export function clusterUrl(kubeconfig: string): string {
  const [first = ''] = kubeconfig.split(':')
  const config = new KubeConfig()
  config.loadFromFile(first)
  const url = config.getCurrentCluster()?.server
  if (url === undefined) throw new Error(`${first} has no current cluster`)
  return url
}
