import { join } from 'node:path'
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import { writeKubeconfig } from './kubeconfig.ts'

export interface ServiceAccountOptions {
  /** Of a user who may create tokens. */
  readonly kubeconfig: string
  /** Both must exist. */
  readonly namespace: string
  readonly name: string
  /** Where the new kubeconfig is written. */
  readonly folder: string
}

/** A day: longer than any test, and the server's own limit is not reached. */
const TOKEN_S = 24 * 60 * 60

/** A kubeconfig with which a process is a service account and may do what RBAC lets it do. @returns its path. */
export async function serviceAccountKubeconfig({ kubeconfig, namespace, name, folder }: ServiceAccountOptions): Promise<string> {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const cluster = config.getCurrentCluster()
  if (cluster?.caData === undefined) throw new Error(`${kubeconfig} has no authority of its own for its cluster`)
  const body = { spec: { audiences: [], expirationSeconds: TOKEN_S } }
  const { status } = await config.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({ name, namespace, body })
  if (status === undefined) throw new Error(`no token for the service account ${namespace}/${name}`)
  const path = join(folder, `${namespace}.${name}.kubeconfig`)
  const certificateAuthority = Buffer.from(cluster.caData, 'base64').toString('utf8')
  await writeKubeconfig(path, { url: cluster.server, certificateAuthority, user: name, token: status.token, namespace })
  return path
}
