import type { HeaderSpec } from '../domain/feed/feed.ts'
import { FeedFailure } from '../domain/failure.ts'
import type { HeaderSource } from './ports/header-source.ts'

/**
 * Values of a feed's headers as they are now, in the order of the spec. One whose optional reference is missing is left out
 * (contract P-04).
 * @throws FeedFailure `PullFailed` naming every object and key that is missing and required, never a value.
 */
export async function requestHeaders(
  source: HeaderSource,
  headers: readonly HeaderSpec[],
  signal: AbortSignal,
): Promise<readonly (readonly [name: string, value: string])[]> {
  const read: (readonly [string, string])[] = []
  const missing: string[] = []
  for (const { name, value, reference } of headers) {
    const found = reference === undefined ? (value ?? null) : await source.read(reference, signal)
    if (found !== null) read.push([name, found])
    else if (reference?.optional === false) missing.push(`key ${reference.key} of ${reference.kind} ${reference.name} (header ${name})`)
  }
  if (missing.length === 0) return read
  throw new FeedFailure('PullFailed', 'user', `Nothing was asked for, because a required header's value is missing: ${missing.join(', ')}`, {
    unasked: true,
  })
}
