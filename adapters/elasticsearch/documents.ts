import type { Client } from '@elastic/elasticsearch'
import { errors } from '@elastic/elasticsearch'
import { FeedFailure } from '../../domain/failure.ts'
import type { DocumentVersion } from '../../domain/run/references.ts'
import { ask, statusOf, type Asking } from './client.ts'

export interface Place {
  readonly index: string
  readonly id: string
}

export interface Found<Source> {
  readonly version: DocumentVersion
  /** As it lies there; whoever reads it checks it. Absent when only the version was asked for. */
  readonly source: Source
}

/** A realtime read: it sees every acknowledged write. null when document or index is missing. */
export async function readDocument(client: Client, place: Place, what: string, signal: AbortSignal): Promise<Found<unknown> | null> {
  return get(client, place, what, true, signal)
}

/** The version alone: cheap however large the document is. */
export async function readVersion(client: Client, place: Place, what: string, signal: AbortSignal): Promise<DocumentVersion | null> {
  return (await get(client, place, what, false, signal))?.version ?? null
}

async function get(client: Client, place: Place, what: string, source: boolean, signal: AbortSignal): Promise<Found<unknown> | null> {
  return ask({ what, index: place.index }, signal, async (aborted) => {
    try {
      const answer = await client.get<unknown>({ ...place, realtime: true, ...(source ? {} : { _source: false }) }, { signal: aborted })
      if (answer._seq_no === undefined || answer._primary_term === undefined) return null
      return { version: { seqNo: answer._seq_no, primaryTerm: answer._primary_term }, source: answer._source }
    } catch (error) {
      if (saysAbsent(error)) return null
      throw error
    }
  })
}

/** A body that is JSON already, for documents too large to be built twice. */
export interface Json {
  readonly json: Uint8Array
}

/**
 * A document of 2,000,000 members took 6 s where nothing else ran, and over a minute on a machine that was full. A write that is given up
 * goes through all the same, and the next try then makes as much work anew; half of what the step has, so that it can still say so.
 */
const LARGE_WRITE_TIMEOUT_MS = 5 * 60_000

/**
 * Writes by compare-and-set: over the version expected, or create-only when that is null.
 * @returns the new version, or null when someone else was first.
 */
export async function writeDocument(
  client: Client,
  place: Place,
  body: Readonly<Record<string, unknown>> | Json,
  expected: DocumentVersion | null,
  what: string,
  signal: AbortSignal,
): Promise<DocumentVersion | null> {
  const asking: Asking = { what, index: place.index }
  const json = 'json' in body && body.json instanceof Uint8Array ? body.json : null
  const written = await ask(asking, signal, async (aborted) => {
    try {
      return await client.transport.request<{ readonly _seq_no: number; readonly _primary_term: number }>(
        {
          method: 'PUT',
          path: `/${encodeURIComponent(place.index)}/_doc/${encodeURIComponent(place.id)}`,
          querystring: expected === null ? { op_type: 'create' } : { if_seq_no: expected.seqNo, if_primary_term: expected.primaryTerm },
          body: json === null ? body : Buffer.from(json.buffer, json.byteOffset, json.byteLength),
        },
        // Sent once: a second try of a write that went through would meet its own version.
        {
          signal: aborted,
          maxRetries: 0,
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          ...(json === null ? {} : { requestTimeout: LARGE_WRITE_TIMEOUT_MS }),
        },
      )
    } catch (error) {
      if (statusOf(error) === 409) return null
      if (json !== null && error instanceof errors.TimeoutError) throw givenUp(asking)
      throw error
    }
  })
  return written === null ? null : { seqNo: written._seq_no, primaryTerm: written._primary_term }
}

function givenUp({ what, index }: Asking): FeedFailure {
  const text = `Elasticsearch could not ${what} (index ${String(index)}): no answer within ${LARGE_WRITE_TIMEOUT_MS / 1000} s`
  return new FeedFailure('StoreFailed', 'wait', text)
}

/**
 * Deletes a document, if it is still this version when one is given.
 * @returns whether it is gone by this call; false when it was absent or is another version.
 */
export async function deleteDocument(
  client: Client,
  place: Place,
  expected: DocumentVersion | null,
  what: string,
  signal: AbortSignal,
): Promise<boolean> {
  return ask({ what, index: place.index }, signal, async (aborted) => {
    const version = expected === null ? {} : { if_seq_no: expected.seqNo, if_primary_term: expected.primaryTerm }
    try {
      await client.delete({ ...place, ...version }, { signal: aborted })
      return true
    } catch (error) {
      if (saysAbsent(error) || statusOf(error) === 409) return false
      throw error
    }
  })
}

/** A 404 that is Elasticsearch's own word on document or index, and not some proxy's. */
function saysAbsent(error: unknown): boolean {
  if (!(error instanceof errors.ResponseError) || error.statusCode !== 404) return false
  const body: unknown = error.body
  if (typeof body !== 'object' || body === null) return false
  if ('found' in body) return body.found === false
  if ('result' in body) return body.result === 'not_found'
  return 'error' in body && typeof body.error === 'object' && body.error !== null && 'type' in body.error && body.error.type === 'index_not_found_exception'
}
