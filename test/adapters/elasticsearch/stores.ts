import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { FeedKey } from '../../../domain/run/references.ts'
import type { Content } from '../../../domain/feed/content.ts'
import type { IndicatorSet } from '../../../domain/sets/indicator-set.ts'

/** Bounds a test's requests; nothing waits for it. */
export function signal(): AbortSignal {
  return AbortSignal.timeout(60_000)
}

export function bytesOf(length: number): Uint8Array {
  return randomBytes(length)
}

export async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** A life of a feed that no other test uses. */
export function someFeed(name = 'some-feed', cluster = 'cluster'): FeedKey {
  return { cluster, name, uid: randomUUID() }
}

/** Members must be canonical and sorted already. */
export function setOf(members: readonly string[], content: Content = 'IPSet'): IndicatorSet {
  const text = new TextEncoder().encode(members.join('\n'))
  return { content, text, members: members.length, sha256: createHash('sha256').update(text).digest('hex') }
}
