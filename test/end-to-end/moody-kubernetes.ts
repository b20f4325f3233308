import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, request as ask } from 'node:https'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { KubeConfig, loadYaml } from '@kubernetes/client-node'
import { serviceAccountKubeconfig } from '../../local/index.ts'

export interface KubernetesRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
}

/** What stands in the API server's place: an answer, or nothing at all. */
export interface Mood {
  readonly status: number
  readonly body: string | object
}

/** Stands before the API server: answers in its place what a test tells it to, and lets a test act before a request reaches it. */
export interface MoodyKubernetes {
  /** Reaches the API server through this with the rights of the worker's account. */
  readonly kubeconfig: string
  /** Requests that passed, in order. */
  readonly passed: KubernetesRequest[]
  /** What is answered in place of the API server; null lets a request pass. `hang up` breaks the connection. */
  answer: (request: KubernetesRequest) => Mood | 'hang up' | null
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
  const { hostname, port } = new URL(cluster?.server ?? '')
  const agent = new Agent({ keepAlive: true, ca: Buffer.from(cluster?.caData ?? '', 'base64') })

  const server = createServer((incoming, response) => void pass(incoming, response))
  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming
    const mood = moody.answer({ method, path })
    if (mood === 'hang up') return void incoming.socket.destroy()
    if (mood !== null) {
      const isText = typeof mood.body === 'string'
      response.writeHead(mood.status, { 'content-type': isText ? 'text/plain' : 'application/json' }).end(isText ? mood.body : JSON.stringify(mood.body))
      return
    }
    await moody.before({ method, path })
    moody.passed.push({ method, path })
    const onward = ask({ hostname, port, agent, method, path, headers: { ...headers, host: hostname } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    incoming.pipe(onward)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const kubeconfig = join(dirname(admin), `moody-${String((server.address() as AddressInfo).port)}.kubeconfig`)
  writeFileSync(kubeconfig, JSON.stringify(through(account, (server.address() as AddressInfo).port)))

  const moody: MoodyKubernetes = {
    kubeconfig,
    passed: [],
    answer: () => null,
    before: () => undefined,
    breakConnections: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
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
