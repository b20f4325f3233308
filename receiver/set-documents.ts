import type { Content } from '../domain/feed/content.ts'
import type { IndicatorSet } from '../domain/sets/indicator-set.ts'
import { setDocument } from '../domain/sets/set-document.ts'
import { Problem, type ProblemCode } from './problem.ts'
import { type PushRecord, readRecords, RECORDS_FIELD } from './push-record.ts'

/** How Elasticsearch is reached and where sets lie in it (contract S-01, S-06). */
export interface StoreSettings {
  /** Without a slash at its end. */
  readonly url: string
  /** Value of the header, or null. */
  readonly authorization: string | null
  readonly indices: Readonly<Record<Content, string>>
}

export interface DocumentVersion {
  readonly seqNo: number
  readonly primaryTerm: number
}

/** A feed's set document without its members. */
export interface FoundDocument {
  readonly version: DocumentVersion
  readonly records: readonly PushRecord[]
}

/** The answer to a small request; the worker's own client waits as long. */
const READ_MS = 60_000
/** A document of 2,000,000 members took over a minute on a machine that was full; one that is given up may be written all the same. */
const WRITE_MS = 5 * 60_000
/** Sixteen records of 2 kB, with room; what is longer is none of ours. */
const MAX_ANSWER_BYTES = 256 * 1024

/** Set documents in Elasticsearch by plain `fetch`, as a pusher writes them: without `created_at`, which marks the worker's own (contract S-05). */
export class SetDocuments {
  readonly #settings: StoreSettings

  constructor(settings: StoreSettings) {
    this.#settings = settings
  }

  /** A realtime read; null when document or index is missing. @throws Problem `store-unavailable`, `store-refused` */
  async read(content: Content, name: string): Promise<FoundDocument | null> {
    const answer = await this.#ask('GET', content, name, `_source_includes=${RECORDS_FIELD}`, null, READ_MS)
    if (answer.status === 404 && saysAbsent(answer.body)) return null
    const { _seq_no: seqNo, _primary_term: primaryTerm, _source: source } = answer.body
    if (answer.status !== 200 || typeof seqNo !== 'number' || typeof primaryTerm !== 'number') throw refused(answer, 'read')
    const records = typeof source === 'object' && source !== null ? readRecords(new Map<string, unknown>(Object.entries(source)).get(RECORDS_FIELD)) : []
    return { version: { seqNo, primaryTerm }, records }
  }

  /**
   * Writes a set over the version that was read, or create-only when that is null (contract S-04).
   * @returns false when someone else was first
   * @throws Problem `store-unavailable`, `store-refused`
   */
  async write(set: IndicatorSet, name: string, records: readonly PushRecord[], expected: DocumentVersion | null): Promise<boolean> {
    const body = setDocument(set, records.length === 0 ? {} : { [RECORDS_FIELD]: JSON.stringify(records) })
    const condition = expected === null ? 'op_type=create' : `if_seq_no=${expected.seqNo}&if_primary_term=${expected.primaryTerm}`
    const answer = await this.#ask('PUT', set.content, name, condition, body, WRITE_MS)
    if (answer.status === 409) return false
    if (answer.status !== 200 && answer.status !== 201) throw refused(answer, 'write')
    return true
  }

  async #ask(method: 'GET' | 'PUT', content: Content, name: string, query: string, body: Uint8Array<ArrayBuffer> | null, ms: number): Promise<Answer> {
    const { url, authorization, indices } = this.#settings
    try {
      const response = await fetch(`${url}/${encodeURIComponent(indices[content])}/_doc/${encodeURIComponent(name)}?${query}`, {
        method,
        body,
        headers: { accept: 'application/json', ...(body === null ? {} : { 'content-type': 'application/json' }), ...(authorization === null ? {} : { authorization }) },
        // A redirect would carry the credentials elsewhere.
        redirect: 'manual',
        signal: AbortSignal.timeout(ms),
      })
      return { status: response.status, body: await readAnswer(response) }
    } catch {
      // What a runtime says of it may hold the url.
      const doubt = method === 'PUT' ? '; whether the set was written is not known, so send it again with the same Idempotency-Key' : ''
      throw new Problem('store-unavailable', `Elasticsearch did not answer a ${method === 'PUT' ? 'write' : 'read'} of the set${doubt}`, { headers: { 'retry-after': '10' } })
    }
  }
}

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** An answer as JSON, bounded; one that is none is empty. */
async function readAnswer(response: Response): Promise<Answer['body']> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true })
    if (text.length > MAX_ANSWER_BYTES) return {}
  }
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? { ...body } : {}
  } catch {
    return {}
  }
}

/** A 404 that is Elasticsearch's own word on document or index, and not some proxy's. */
function saysAbsent(body: Answer['body']): boolean {
  return body['found'] === false || errorType(body) === 'index_not_found_exception'
}

function errorType({ error }: Answer['body']): string {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined
  return typeof type === 'string' && /^[a-z_]{1,64}$/.test(type) ? type : ''
}

/** Its status and the type of its error; a reason may quote a member. */
function refused(answer: Answer, what: string): Problem {
  const { status } = answer
  const type = errorType(answer.body)
  const code: ProblemCode = status === 429 || status >= 500 ? 'store-unavailable' : 'store-refused'
  const advice = status === 401 || status === 403 ? '; the credentials of the receiver must be allowed to read and write the index of sets' : ''
  const headers = code === 'store-unavailable' ? { headers: { 'retry-after': '10' } } : {}
  return new Problem(code, `Elasticsearch answered ${status}${type === '' ? '' : `, ${type}`}, to a ${what} of the set${advice}`, headers)
}
