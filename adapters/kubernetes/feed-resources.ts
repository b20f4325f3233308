import { FeedFailure } from '../../domain/failure.ts'
import { classOf, identityOf, isAbsent, record, refused, strings, text } from './answer.ts'
import type { ApiAnswer, ApiServer } from './api-server.ts'
import { unavailable } from './api-server.ts'
import { FEED_PAGE, LIST_MAX_OBJECTS, LOST_RACES, PAGE_MAX_BYTES } from './limits.ts'
import type { ResourceGroups } from './resource-groups.ts'

const RESOURCE = 'globalthreatfeeds'
/** Of a refusal's causes, and of each one's text: a person reads them. */
const CAUSES_SHOWN = 10
const CAUSE_LENGTH = 300

/** A feed as a person writes it. */
export interface WrittenFeed {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly spec: Readonly<Record<string, unknown>>
}

export interface FeedResource {
  readonly name: string
  readonly uid: string
  readonly object: Readonly<Record<string, unknown>>
}

/**
 * GlobalThreatFeeds as their users list, make and change them, with their own credentials. Failures are FeedFailures: `InvalidSpec`
 * when the API server finds something wrong with an object, else `ApiUnavailable`.
 */
export class KubernetesFeedResources {
  readonly #server: ApiServer
  readonly #groups: ResourceGroups

  constructor(server: ApiServer, groups: ResourceGroups) {
    this.#server = server
    this.#groups = groups
  }

  async list(signal: AbortSignal): Promise<readonly FeedResource[]> {
    const path = await this.#groups.pathOf(RESOURCE, signal)
    const found: FeedResource[] = []
    let token = ''
    do {
      const query = { limit: String(FEED_PAGE), ...(token === '' ? {} : { continue: token }) }
      const answer = await this.#server.request({ method: 'GET', path, query, maxBytes: PAGE_MAX_BYTES }, signal)
      const items = record(answer.body)['items']
      if (answer.status !== 200 || !Array.isArray(items)) throw refused(answer, 'a list of the feeds')
      found.push(...items.map(resourceOf))
      if (found.length > LIST_MAX_OBJECTS) throw unavailable(`has more than ${LIST_MAX_OBJECTS} feeds`)
      token = text(record(record(answer.body)['metadata'])['continue'])
    } while (token !== '')
    return found
  }

  /** null only on a 404 that names this object. */
  async read(name: string, signal: AbortSignal): Promise<FeedResource | null> {
    const answer = await this.#server.request({ method: 'GET', path: await this.#path(name, signal) }, signal)
    if (isAbsent(answer, RESOURCE, name)) return null
    if (answer.status !== 200) throw refused(answer, `a read of the feed ${name}`)
    return resourceOf(answer.body)
  }

  /** null when one of this name exists by now. */
  async create({ name, labels, annotations, spec }: WrittenFeed, signal: AbortSignal): Promise<FeedResource | null> {
    const group = await this.#groups.groupOf(RESOURCE, signal)
    const body = { apiVersion: group, kind: 'GlobalThreatFeed', metadata: { name, labels, annotations }, spec }
    const answer = await this.#server.request({ method: 'POST', path: `/apis/${group}/${RESOURCE}`, body }, signal)
    if (answer.status === 201) return resourceOf(answer.body)
    if (answer.status === 409) return null
    throw refusedObject(answer, name)
  }

  /** Puts the spec in place of the other and adds labels and annotations. null when someone else wrote or deleted it first. */
  async replace(current: FeedResource, { name, labels, annotations, spec }: WrittenFeed, signal: AbortSignal): Promise<FeedResource | null> {
    const metadata = record(current.object['metadata'])
    const body = {
      ...current.object,
      metadata: {
        ...metadata,
        labels: { ...strings(metadata['labels']), ...labels },
        annotations: { ...strings(metadata['annotations']), ...annotations },
      },
      spec,
    }
    const answer = await this.#server.request({ method: 'PUT', path: await this.#path(name, signal), body }, signal)
    if (answer.status === 200) return resourceOf(answer.body)
    if (answer.status === 409 || isAbsent(answer, RESOURCE, name)) return null
    throw refusedObject(answer, name)
  }

  /** @returns false when the object of this uid is gone. */
  async setMode(name: string, uid: string, mode: 'Enabled' | 'Disabled', signal: AbortSignal): Promise<boolean> {
    // The uid is a precondition: another life of the feed answers 409, and is read to tell it from a write of someone else's.
    for (let race = 0; race < LOST_RACES; race += 1) {
      const path = await this.#path(name, signal)
      const answer = await this.#server.request({ method: 'PATCH', path, body: { metadata: { uid }, spec: { mode } } }, signal)
      if (answer.status === 200) return true
      if (isAbsent(answer, RESOURCE, name)) return false
      if (answer.status !== 409) throw refusedObject(answer, name)
      if ((await this.read(name, signal))?.uid !== uid) return false
    }
    throw new FeedFailure('ApiUnavailable', 'retry', `the feed ${name} was changed by others at each of ${LOST_RACES} tries to write it`)
  }

  async #path(name: string, signal: AbortSignal): Promise<string> {
    return `${await this.#groups.pathOf(RESOURCE, signal)}/${encodeURIComponent(name)}`
  }
}

function resourceOf(object: unknown): FeedResource {
  const { name, uid } = identityOf(object)
  return { name, uid, object: record(object) }
}

/** What the API server found wrong, field by field. A laxer CRD's messages may quote a value: urls are cut out of them. */
function refusedObject(answer: ApiAnswer, name: string): FeedFailure {
  if (answer.status !== 422 && answer.status !== 400) return refused(answer, `a write of the feed ${name}`)
  const status = record(answer.body)
  const causes: unknown = record(status['details'])['causes']
  const found = Array.isArray(causes) ? causes.map(record).flatMap(problemsOf) : []
  const problems = (found.length > 0 ? found : [text(status['message'])]).slice(0, CAUSES_SHOWN).map(shown)
  return new FeedFailure('InvalidSpec', classOf(answer), `the API server refuses the feed ${name}: ${problems.join('; ')}`)
}

/** An admission policy names no field of its own, and tells all its problems at once (deploy/admission). */
function problemsOf(cause: Readonly<Record<string, unknown>>): readonly string[] {
  const [field, message] = [text(cause['field']), text(cause['message'])]
  return field === '' ? message.replace(/^ValidatingAdmissionPolicy .* denied request: /, '').split('; ') : [`${field}: ${message}`]
}

function shown(problem: string): string {
  return problem.replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '…').replace(/\s+/g, ' ').slice(0, CAUSE_LENGTH)
}
