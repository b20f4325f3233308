import type { NetworkSetApi, NetworkSetOwner, NetworkSetsSought } from '../../activities/ports/network-set-api.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { FEED_UID_LABEL, feedOfNetworkSet, type HeldNetworkSet, type NetworkSet, SPAN_ANNOTATION } from '../../domain/network-set/network-set.ts'
import { classOf, identityOf, isAbsent, pageOf, reasonOf, record, refused, strings, text } from './answer.ts'
import type { ApiAnswer, ApiServer } from './api-server.ts'
import { METADATA_LIST } from './follow.ts'
import { METADATA_PAGE, PAGE_MAX_BYTES } from './limits.ts'
import { OwnerReferences, withOwner } from './owner-reference.ts'
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
  readonly #owners: OwnerReferences

  constructor(server: ApiServer, groups: ResourceGroups) {
    this.#server = server
    this.#groups = groups
    this.#owners = new OwnerReferences(server, groups)
  }

  async list({ name: feedName, uid }: NetworkSetOwner, sought: NetworkSetsSought, signal: AbortSignal): Promise<readonly HeldNetworkSet[]> {
    const path = await this.#groups.pathOf(RESOURCE, signal)
    const found: HeldNetworkSet[] = []
    let token = ''
    do {
      // Those labelled are a few dozen at most, and without a limit the API server may answer from its memory instead of reading etcd. Names
      // cannot be selected by their beginnings or ends: whoever wants those without the label too has to read what all feeds have.
      const narrow = sought === 'labelled' ? { labelSelector: `${FEED_UID_LABEL}=${uid}` } : { limit: String(METADATA_PAGE) }
      const query = { ...narrow, ...(token === '' ? {} : { continue: token }) }
      const answer = await this.#server.request({ method: 'GET', path, query, accept: METADATA_LIST, maxBytes: PAGE_MAX_BYTES }, signal)
      const page = pageOf(answer, 'network sets')
      for (const object of page.items.map(heldOf)) {
        if (object.labels[FEED_UID_LABEL] === uid || feedOfNetworkSet(object.name) === feedName) found.push(object)
      }
      token = page.token
    } while (token !== '')
    return found
  }

  async read(object: HeldNetworkSet, signal: AbortSignal): Promise<readonly string[] | null> {
    const current = await this.#get(object.name, signal)
    if (current === null || !isThis(current, object)) return null
    const nets = record(current['spec'])['nets']
    return Array.isArray(nets) ? nets.map(text) : []
  }

  async create(object: NetworkSet, owner: NetworkSetOwner, signal: AbortSignal): Promise<HeldNetworkSet | null> {
    const { name, labels, annotations } = object
    const group = await this.#groups.groupOf(RESOURCE, signal)
    // Managed fields are switched off by an update alone: made without prefixes, and these are put into it.
    const body = { apiVersion: group, kind: 'GlobalNetworkSet', metadata: { name, labels, annotations }, spec: { nets: [] } }
    const answer = await this.#server.request({ method: 'POST', path: `/apis/${group}/${RESOURCE}`, body }, signal)
    if (answer.status === 409) return null
    if (answer.status !== 201) throw notWritten(answer, 'create', name)
    return this.#put(record(answer.body), object, owner, signal)
  }

  async update(held: HeldNetworkSet, object: NetworkSet, owner: NetworkSetOwner, signal: AbortSignal): Promise<boolean> {
    const current = await this.#get(object.name, signal)
    if (current === null || !isThis(current, held)) return false
    return (await this.#put(current, object, owner, signal)) !== null
  }

  /** @returns null when it is not the current version any more. */
  async #put(
    current: Readonly<Record<string, unknown>>,
    { name, labels, annotations, nets }: NetworkSet,
    owner: NetworkSetOwner,
    signal: AbortSignal,
  ): Promise<HeldNetworkSet | null> {
    // What is not ours stays as it is: other owners, finalizers, annotations of Calico's API server, other fields of the spec.
    const metadata = record(current['metadata'])
    const others = Object.entries(strings(metadata['annotations'])).filter(([key]) => key !== SPAN_ANNOTATION)
    const body = {
      ...current,
      metadata: {
        ...metadata,
        labels,
        annotations: { ...Object.fromEntries(others), ...annotations },
        ownerReferences: withOwner(metadata['ownerReferences'], await this.#owners.of(owner, signal)),
        managedFields: NO_MANAGED_FIELDS,
      },
      spec: { ...record(current['spec']), nets },
    }
    const answer = await this.#server.request({ method: 'PUT', path: await this.#path(name, signal), body }, signal)
    if (answer.status === 409 || isAbsent(answer, RESOURCE, name)) return null
    if (answer.status !== 200) throw notWritten(answer, 'update', name)
    return heldOf(answer.body)
  }

  async remove({ name, uid, resourceVersion }: HeldNetworkSet, signal: AbortSignal): Promise<boolean> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } }
    const answer = await this.#server.request({ method: 'DELETE', path: await this.#path(name, signal), body }, signal)
    if (answer.status === 409) return false
    if (answer.status !== 200 && answer.status !== 202 && !isAbsent(answer, RESOURCE, name)) throw notWritten(answer, 'delete', name)
    return true
  }

  async #get(name: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>> | null> {
    const answer = await this.#server.request({ method: 'GET', path: await this.#path(name, signal) }, signal)
    if (isAbsent(answer, RESOURCE, name)) return null
    if (answer.status !== 200) throw refused(answer, `a read of the network set ${name}`)
    return record(answer.body)
  }

  async #path(name: string, signal: AbortSignal): Promise<string> {
    return `${await this.#groups.pathOf(RESOURCE, signal)}/${encodeURIComponent(name)}`
  }
}

function heldOf(object: unknown): HeldNetworkSet {
  const metadata = record(record(object)['metadata'])
  return { ...identityOf(object), labels: strings(metadata['labels']), annotations: strings(metadata['annotations']) }
}

function isThis(current: Readonly<Record<string, unknown>>, object: HeldNetworkSet): boolean {
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
