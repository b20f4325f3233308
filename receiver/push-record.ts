import type { Rejections } from '../domain/sets/indicator-set.ts'

/** What a push is answered with. */
export interface PushAnswer {
  readonly feed: string
  readonly content: string
  readonly set: { readonly sha256: string; readonly members: number }
  readonly entries: number
  readonly rejected: { readonly total: number; readonly byReason: Rejections['counts']; readonly samples: Rejections['samples'] }
  /** When it was written, RFC 3339. */
  readonly at: string
}

/** A push that came with an idempotency key. */
export interface PushRecord {
  /** SHA-256 of the key. */
  readonly key: string
  /** Fingerprint of the body and of how it was read. */
  readonly body: string
  /** As it was sent. */
  readonly answer: string
}

/** Field of the set document that holds them: one text, so that no index grows a mapping by what is in it. */
export const RECORDS_FIELD = 'receiver'

/** Keys that a document remembers, of 2 kB each at most: a sender that tries again does so before sixteen others have come. */
const REMEMBERED = 16

/** The newest first. */
export function remember(records: readonly PushRecord[], push: PushRecord): readonly PushRecord[] {
  return [push, ...records].slice(0, REMEMBERED)
}

/** What a document holds of them; anyone may have written it, so what is none is passed over. */
export function readRecords(field: unknown): readonly PushRecord[] {
  if (typeof field !== 'string') return []
  try {
    const list: unknown = JSON.parse(field)
    return Array.isArray(list) ? list.filter(isRecord).slice(0, REMEMBERED) : []
  } catch {
    return []
  }
}

function isRecord(value: unknown): value is PushRecord {
  if (typeof value !== 'object' || value === null) return false
  const { key, body, answer } = value as Partial<Record<keyof PushRecord, unknown>>
  return typeof key === 'string' && typeof body === 'string' && typeof answer === 'string'
}
