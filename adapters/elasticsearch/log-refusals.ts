import { errors } from '@elastic/elasticsearch'
import { errorText } from './client.ts'

/** It is said as long as searches are refused, and an hour after the last: a mapping is mended for new indices alone. */
const SAID_MS = 60 * 60_000

/** Indices that are there and whose mapping takes no search: their logs are owed until they are deleted, so somebody has to be told (contract Q-11). */
export interface Refusals {
  note(index: string, why: string): void
  /** What to say of those that refused a search within the last hour, or null. */
  said(pattern: string): string | null
}

/** @param clock milliseconds that never go back. */
export function createRefusals(clock: () => number): Refusals {
  const last = new Map<string, { readonly why: string; readonly at: number }>()
  return {
    note: (index, why) => void last.set(index, { why, at: clock() }),
    said(pattern) {
      for (const [index, { at }] of last) if (clock() - at > SAID_MS) last.delete(index)
      const [first] = last
      if (first === undefined) return null
      const [index, { why }] = first
      const which = last.size === 1 ? index : `${String(last.size)} indices of ${pattern}, among them ${index},`
      return `The logs in ${which} cannot be searched, since the mapping does not take it (${why}): mend the mapping in the index template and roll over`
    },
  }
}

/** Why shards that answered refuse a search, without what it asks for; null where that is not what failed: an index that is closed answers 400, too. */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof errors.ResponseError) || error.statusCode !== 400) return null
  const body: unknown = error.body
  if (!isRecord(body) || !isRecord(body['error']) || body['error']['type'] !== 'search_phase_execution_exception') return null
  const causes = body['error']['root_cause']
  return errorText(Array.isArray(causes) ? causes[0] : null) || 'bad request'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
