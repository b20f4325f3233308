import { readFileSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { dirname, join } from 'node:path'
import { KubeConfig, loadYaml } from '@kubernetes/client-node'
import { serviceAccountKubeconfig } from '../../local/index.ts'
import { openProxy } from './proxy.ts'
import type { InItsPlace, ProxiedRequest } from './proxy.ts'

export type KubernetesRequest = Omit<ProxiedRequest, 'body'>

/** What stands in the API server's place. */
export type Mood = Exclude<InItsPlace, string>

/** Stands before the API server: answers in its place what a test tells it to, and lets a test act before a request reaches it. */
export interface MoodyKubernetes {
  /** Reaches the API server through this with the rights of the worker's account. */
  readonly kubeconfig: string
  /** Requests that passed, in order. */
  readonly passed: KubernetesRequest[]
  /** What is answered in place of the API server; null lets a request pass. */
  answer: (request: KubernetesRequest) => InItsPlace | null
  /** Called before a request passes, which waits for it. */
  before: (request: KubernetesRequest) => Promise<void> | undefined
  /** Breaks every connection there is, the watches' above all. */
  breakConnections(): void
  close(): Promise<void>
}

export async function openMoodyKubernetes(admin: string): Promise<MoodyKubernetes> {
  const account = await serviceAccountKubeconfig({ kubeconfig: admin, namespace: 'tigera-intrusion-detection', name: 'threatfeed', folder: dirname(admin) })
  const config = new KubeConfig()
  config.loadFromFile(account)
  const cluster = config.getCurrentCluster()
  const agent = new Agent({ keepAlive: true, ca: Buffer.from(cluster?.caData ?? '', 'base64') })
  const proxy = await openProxy({
    target: cluster?.server ?? '',
    agent,
    async before({ method, path }) {
      const mood = moody.answer({ method, path })
      if (mood !== null) return mood
      await moody.before({ method, path })
      moody.passed.push({ method, path })
      return null
    },
  })
  const kubeconfig = join(dirname(admin), `moody-${String(proxy.port)}.kubeconfig`)
  writeFileSync(kubeconfig, JSON.stringify(through(account, proxy.port)))

  const moody: MoodyKubernetes = {
    kubeconfig,
    passed: [],
    answer: () => null,
    before: () => undefined,
    breakConnections: proxy.breakConnections,
    async close() {
      await proxy.close()
      agent.destroy()
    },
  }
  return moody
}

/** The same kubeconfig with another server. */
function through(kubeconfig: string, port: number): object {
  const config = loadYaml<{ clusters: { name: string }[] }>(readFileSync(kubeconfig, 'utf8'))
  const cluster = { server: `http://127.0.0.1:${String(port)}`, 'insecure-skip-tls-verify': true }
  return { ...config, clusters: config.clusters.map(({ name }) => ({ name, cluster })) }
}
