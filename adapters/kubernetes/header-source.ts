import type { HeaderSource } from '../../activities/ports/header-source.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { HeaderReference } from '../../domain/feed/feed.ts'
import { identityOf, isAbsent, reasonOf, record, refused } from './answer.ts'
import type { ApiAnswer, ApiServer } from './api-server.ts'

/** Where the reference page keeps what feeds refer to. */
export const DEFAULT_NAMESPACE = 'tigera-intrusion-detection'
/** Followed by the feed's name and a dash, which the reader of the feed checks (contract V-15); nothing else is ever asked for here. */
export const REFERENCE_PREFIX = 'globalthreatfeed-'

const METADATA_ALONE = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'
const RESOURCES = { Secret: 'secrets', ConfigMap: 'configmaps' } as const
/** Ends of the ranges of control characters (C0; DEL and C1), and of what HTTP/1 can send, one byte a character. */
const LAST_C0 = 0x1f
const FIRST_DEL = 0x7f
const LAST_C1 = 0x9f
const LAST_LATIN1 = 0xff

/** Secrets and ConfigMaps of one namespace, read anew each time (contract P-05). */
export class KubernetesHeaderSource implements HeaderSource {
  readonly #server: ApiServer
  readonly #namespace: string

  constructor(server: ApiServer, namespace: string = DEFAULT_NAMESPACE) {
    this.#server = server
    this.#namespace = namespace
  }

  async read(reference: HeaderReference, signal: AbortSignal): Promise<string | null> {
    const { kind, name, key } = reference
    const where = `${kind} ${name} in the namespace ${this.#namespace}`
    const answer = await this.#get(reference, signal)
    if (isAbsent(answer, RESOURCES[kind], name)) return null
    if (answer.status === 401 || answer.status === 403) throw unusable(`may not read the ${where} (${reasonOf(answer)})`)
    if (answer.status !== 200) throw refused(answer, `a read of the ${where}`)
    const bytes = valueOf(kind, record(answer.body), key)
    return bytes === null ? null : headerValue(bytes, `the key ${key} of the ${where}`)
  }

  async version(reference: HeaderReference, signal: AbortSignal): Promise<string | null> {
    const { kind, name } = reference
    if (!name.startsWith(REFERENCE_PREFIX)) return null
    const answer = await this.#get(reference, signal, METADATA_ALONE)
    if (isAbsent(answer, RESOURCES[kind], name) || answer.status === 401 || answer.status === 403) return null
    if (answer.status !== 200) throw refused(answer, `a read of the ${kind} ${name} in the namespace ${this.#namespace}`)
    const { uid, resourceVersion } = identityOf(answer.body)
    return `${uid}/${resourceVersion}`
  }

  #get({ kind, name }: HeaderReference, signal: AbortSignal, accept?: string): Promise<ApiAnswer> {
    if (!name.startsWith(REFERENCE_PREFIX)) throw unusable(`the ${kind} that a header refers to must have a name that starts with ${REFERENCE_PREFIX}`)
    const path = `/api/v1/namespaces/${encodeURIComponent(this.#namespace)}/${RESOURCES[kind]}/${encodeURIComponent(name)}`
    return this.#server.request({ method: 'GET', path, ...(accept === undefined ? {} : { accept }) }, signal)
  }
}

/** The value as bytes: those of a Secret and a ConfigMap's `binaryData` are base64, those of a ConfigMap's `data` text. */
function valueOf(kind: HeaderReference['kind'], object: Readonly<Record<string, unknown>>, key: string): Uint8Array | null {
  const plain = kind === 'ConfigMap' ? own(record(object['data']), key) : undefined
  if (plain !== undefined) return new TextEncoder().encode(plain)
  const encoded = own(record(object[kind === 'Secret' ? 'data' : 'binaryData']), key)
  return encoded === undefined ? null : Buffer.from(encoded, 'base64')
}

function own(map: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = Object.hasOwn(map, key) ? map[key] : undefined
  return typeof value === 'string' ? value : undefined
}

/** Cuts one final newline, which editors and `base64` leave, and refuses what no header may hold. */
function headerValue(bytes: Uint8Array, where: string): string {
  let value: string
  try {
    value = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw unusable(`${where} is not UTF-8 text`)
  }
  value = value.replace(/\r?\n$/, '')
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0
    if (code <= LAST_C0 || (code >= FIRST_DEL && code <= LAST_C1)) throw unusable(`${where} holds a control character`)
    if (code > LAST_LATIN1) throw unusable(`${where} holds a character that a header cannot carry`)
  }
  return value
}

function unusable(message: string): FeedFailure {
  return new FeedFailure('PullFailed', 'user', message, { unasked: true })
}
