import type { Content } from '../feed/content.ts'
import type { IndicatorSet } from './indicator-set.ts'

/** Names a canonical text by its SHA-256. */
export async function makeSet(content: Content, text: Uint8Array, members: number): Promise<IndicatorSet> {
  return { content, text, members, sha256: await sha256(text) }
}

/** A set without members: legal, and what a pushed empty list makes (contract S-03). */
export function emptySet(content: Content): Promise<IndicatorSet> {
  return makeSet(content, new Uint8Array(0), 0)
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
