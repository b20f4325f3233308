import { createReadStream, statSync } from 'node:fs'
import { createAddressPolicy } from '../../adapters/http/address-policy.ts'
import { createFeedHost } from '../../adapters/http/feed-host.ts'
import { sizeText } from '../../adapters/http/limits.ts'
import type { HttpSettings } from '../../adapters/http/settings.ts'
import type { Body } from '../../domain/preview/head.ts'
import { ClientError } from '../client-error.ts'

/** Where a body is read from. Of a url only the host is ever shown. */
export type Source =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'url'; readonly url: string; readonly headers: readonly (readonly [name: string, value: string])[] }

export interface OpenBody {
  readonly body: Body
  /** Of the whole body, unpacked. */
  readonly bytes: number
}

export interface OpenOptions {
  readonly settings: HttpSettings
  readonly userAgent: string
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly stdin: AsyncIterable<Uint8Array>
  readonly signal: AbortSignal
}

export function sourceText(source: Source): string {
  switch (source.kind) {
    case 'file':
      return source.file
    case 'stdin':
      return 'standard input'
    case 'url':
      return new URL(source.url).host
  }
}

/**
 * A body that can be read several times: a file from its disk, anything else held in memory, within the limits of a pull.
 * @throws ClientError, and FeedFailure `PullFailed` for a url.
 */
export async function openBody(source: Source, options: OpenOptions): Promise<OpenBody> {
  if (source.kind === 'file') return openFile(source.file, options)
  const chunks: Uint8Array[] = []
  const bytes = source.kind === 'stdin' ? options.stdin : await pull(source, options)
  for await (const chunk of bounded(bytes, options)) chunks.push(chunk)
  return { body: () => inTurn(chunks), bytes: chunks.reduce((sum, { length }) => sum + length, 0) }
}

function openFile(file: string, options: OpenOptions): OpenBody {
  const failure = (error: unknown): ClientError => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    return new ClientError('invalid', `${file} cannot be read (${code})`)
  }
  try {
    const found = statSync(file)
    if (found.isDirectory()) throw new ClientError('invalid', `${file} is a folder, where the file of a list is wanted`)
    // A pipe can be read but once, and has no size to tell.
    if (!found.isFile()) throw new ClientError('invalid', `${file} is no plain file: give - and send it to standard input`)
    return { body: () => bounded(createReadStream(file, { highWaterMark: 262_144 }), options), bytes: found.size }
  } catch (error) {
    throw error instanceof ClientError ? error : failure(error)
  }
}

async function pull({ url, headers }: Source & { readonly kind: 'url' }, options: OpenOptions): Promise<AsyncIterable<Uint8Array>> {
  const { settings, userAgent, maxBytes, timeoutMs, signal } = options
  const { allowed, denied, limits, proxies, extraCa } = settings
  const host = createFeedHost({ userAgent, policy: createAddressPolicy({ allowed, denied }), limits, proxies, extraCa })
  const answer = await host.get({ url, headers, validators: null, timeoutMs, maxBytes }, signal)
  if (answer.kind === 'body') return answer.body
  throw new ClientError('failed', `${new URL(url).hostname} answered 304 (not modified) although it was asked unconditionally`)
}

async function* bounded(chunks: AsyncIterable<Uint8Array>, { maxBytes, signal }: OpenOptions): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0
  for await (const chunk of chunks) {
    signal.throwIfAborted()
    bytes += chunk.length
    if (bytes > maxBytes) throw new ClientError('failed', `the body is larger than ${sizeText(maxBytes)} unpacked, the most that a pull takes`)
    yield chunk
  }
}

async function* inTurn(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks
}
