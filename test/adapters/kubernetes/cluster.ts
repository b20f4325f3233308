import { KubeConfig } from '@kubernetes/client-node'
import { ApiServer } from '../../../adapters/kubernetes/api-server.ts'
import { ResourceGroups } from '../../../adapters/kubernetes/resource-groups.ts'

export type Json = Record<string, unknown>

export function kubeConfigOf(path: string | undefined): KubeConfig {
  if (path === undefined) throw new Error('no KUBECONFIG')
  const config = new KubeConfig()
  config.loadFromFile(path)
  return config
}

let names = 0
/** Names that no other test has, on a server that many share. */
export function uniqueName(start: string): string {
  return `${start}-${Date.now().toString(36)}${(names++).toString(36)}`
}

export const NEVER = new AbortController().signal

export const FEEDS = '/apis/projectcalico.org/v3/globalthreatfeeds'
export const NETWORK_SETS = '/apis/projectcalico.org/v3/globalnetworksets'

/** An API server as a user of kubectl has it: objects as they are, without the adapters under test. */
export class Cluster {
  readonly server: ApiServer
  readonly groups: ResourceGroups

  constructor(config: KubeConfig) {
    this.server = new ApiServer(config)
    this.groups = new ResourceGroups(this.server)
  }

  async create(path: string, object: Json): Promise<Json> {
    return this.#ask('POST', path, object)
  }

  async createFeed(name: string, spec: Json = {}, metadata: Json = {}): Promise<Json> {
    return this.create(FEEDS, { apiVersion: 'projectcalico.org/v3', kind: 'GlobalThreatFeed', metadata: { ...metadata, name }, spec })
  }

  async createNetworkSet(name: string, nets: readonly string[], metadata: Json = {}): Promise<Json> {
    return this.create(NETWORK_SETS, { apiVersion: 'projectcalico.org/v3', kind: 'GlobalNetworkSet', metadata: { ...metadata, name }, spec: { nets } })
  }

  async patch(path: string, change: Json): Promise<Json> {
    return this.#ask('PATCH', path, change)
  }

  async remove(path: string): Promise<void> {
    await this.#ask('DELETE', path)
  }

  /** null when it is absent. */
  async read(path: string): Promise<Json | null> {
    const answer = await this.server.request({ method: 'GET', path }, NEVER)
    return answer.status === 404 ? null : (answer.body as Json)
  }

  async #ask(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: Json): Promise<Json> {
    const answer = await this.server.request({ method, path, ...(body === undefined ? {} : { body }) }, NEVER)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body as Json
  }
}

export function metadataOf(object: Json | null): Json {
  return (object?.['metadata'] ?? {}) as Json
}

export function uidOf(object: Json | null): string {
  return String(metadataOf(object)['uid'])
}
