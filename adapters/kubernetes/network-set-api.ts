import type { NetworkSetApi } from '../../activities/ports/network-set-api.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { FEED_UID_LABEL, type NetworkSetObject, SPAN_ANNOTATION } from '../../domain/network-set/network-set.ts'
import { networkSetName } from '../../domain/network-set/plan.ts'
import { classOf, identityOf, isAbsent, pageOf, reasonOf, record, refused, strings, text } from './answer.ts'
import type { ApiAnswer, ApiServer } from './api-server.ts'
import { NETWORK_SET_PAGE, OBJECT_MAX_BYTES } from './limits.ts'
import type { ResourceGroups } from './resource-groups.ts'

const RESOURCE = 'globalnetworksets'
/**
 * Who wrote which prefix would be kept beside the prefixes and be longer than they are (20,000 IPv6 hosts pass etcd's limit that
 * way); nobody else writes an object of ours, so it is switched off by an empty entry.
 */
const NO_MANAGED_FIELDS = [{}]

/** GlobalNetworkSets on the API server. */
export class KubernetesNetworkSetApi implements NetworkSetApi {
  readonly #server: ApiServer
  readonly #groups: ResourceGroups

  constructor(server: ApiServer, groups: ResourceGroups) {
    this.#server = server
    this.#groups = groups
  }

  async list(feedName: string, uid: string, signal: AbortSignal): Promise<readonly NetworkSetObject[]> {
    const path = await this.#groups.pathOf(RESOURCE, signal)
    const found = new Map<string, NetworkSetObject>()
    let token = ''
    do {
      const query = { labelSelector: `${FEED_UID_LABEL}=${uid}`, limit: String(NETWORK_SET_PAGE), ...(token === '' ? {} : { continue: token }) }
      const answer = await this.#server.request({ method: 'GET', path, query, maxBytes: NETWORK_SET_PAGE * OBJECT_MAX_BYTES }, signal)
      const page = pageOf(answer, 'network sets')
      for (const object of page.items.map(objectOf)) found.set(object.name, object)
      token = page.token
    } while (token !== '')
    const name = networkSetName(feedName)
    if (!found.has(name)) {
      const answer = await this.#read(name, signal)
      if (answer !== null) found.set(name, objectOf(answer))
    }
    return [...found.values()]
  }

  async create(object: NetworkSetObject, signal: AbortSignal): Promise<void> {
    const group = await this.#groups.groupOf(RESOURCE, signal)
    const { name, labels, annotations, nets } = object
    const body = {
      apiVersion: group,
      kind: 'GlobalNetworkSet',
      metadata: { name, labels, annotations, managedFields: NO_MANAGED_FIELDS },
      spec: { nets },
    }
    const answer = await this.#server.request({ method: 'POST', path: `/apis/${group}/${RESOURCE}`, body }, signal)
    if (answer.status !== 201) throw notWritten(answer, 'create', name)
  }

  async update(object: NetworkSetObject, signal: AbortSignal): Promise<boolean> {
    const { name, labels, nets } = object
    const current = await this.#read(name, signal)
    if (current === null || !isSame(current, object)) return false
    // What is not ours stays as it is: owner references, finalizers, annotations of Calico's API server, other fields of the spec.
    const annotations = strings(record(current['metadata'])['annotations'])
    const others = Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== SPAN_ANNOTATION))
    const metadata = {
      ...record(current['metadata']),
      labels,
      annotations: { ...others, ...object.annotations },
      managedFields: NO_MANAGED_FIELDS,
    }
    const body = { ...current, metadata, spec: { ...record(current['spec']), nets } }
    const answer = await this.#server.request({ method: 'PUT', path: await this.#path(name, signal), body }, signal)
    if (answer.status === 409 || isAbsent(answer, RESOURCE, name)) return false
    if (answer.status !== 200) throw notWritten(answer, 'update', name)
    return true
  }

  async remove(object: NetworkSetObject, signal: AbortSignal): Promise<boolean> {
    const { name, uid, resourceVersion } = object
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } }
    const answer = await this.#server.request({ method: 'DELETE', path: await this.#path(name, signal), body }, signal)
    if (answer.status === 409) return false
    if (answer.status !== 200 && answer.status !== 202 && !isAbsent(answer, RESOURCE, name)) throw notWritten(answer, 'delete', name)
    return true
  }

  async #read(name: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>> | null> {
    const answer = await this.#server.request({ method: 'GET', path: await this.#path(name, signal) }, signal)
    if (isAbsent(answer, RESOURCE, name)) return null
    if (answer.status !== 200) throw refused(answer, `a read of the network set ${name}`)
    return record(answer.body)
  }

  async #path(name: string, signal: AbortSignal): Promise<string> {
    return `${await this.#groups.pathOf(RESOURCE, signal)}/${encodeURIComponent(name)}`
  }
}

function objectOf(object: unknown): NetworkSetObject {
  const { metadata, spec } = record(object)
  const nets = record(spec)['nets']
  return {
    ...identityOf(object),
    labels: strings(record(metadata)['labels']),
    annotations: strings(record(metadata)['annotations']),
    nets: Array.isArray(nets) ? nets.map(text) : [],
  }
}

function isSame(current: Readonly<Record<string, unknown>>, object: NetworkSetObject): boolean {
  const { uid, resourceVersion } = identityOf(current)
  return uid === object.uid && resourceVersion === object.resourceVersion
}

/** The answer's own message quotes prefixes: only its status and reason are shown. */
function notWritten(answer: ApiAnswer, verb: string, name: string): FeedFailure {
  return new FeedFailure(
    'GlobalNetworkSetSyncFailed',
    classOf(answer),
    `could not ${verb} the GlobalNetworkSet ${name}: the Kubernetes API server answered ${reasonOf(answer)}`,
  )
}
