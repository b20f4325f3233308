import type { FeedAnswer, FeedRequest } from '../../../activities/ports/feed-host.ts'
import { createAddressPolicy, parseRanges } from '../../../adapters/http/address-policy.ts'
import { createFeedHost, type FeedHostOptions } from '../../../adapters/http/feed-host.ts'
import type { HttpLimits } from '../../../adapters/http/limits.ts'
import { HTTP_SETTINGS, readHttpSettings } from '../../../adapters/http/settings.ts'
import { SettingsReader } from '../../../adapters/settings/settings-reader.ts'
import { FeedFailure } from '../../../domain/failure.ts'

export interface Pulling extends Partial<Omit<FeedHostOptions, 'limits' | 'policy'>> {
  readonly request?: Partial<FeedRequest>
  readonly limits?: Partial<HttpLimits>
  readonly allowed?: string
  readonly denied?: string
  readonly signal?: AbortSignal
}

export const MIB = 1024 * 1024

/** As they are where nothing is set. */
export const { limits: HTTP_LIMITS } = readHttpSettings(new SettingsReader({}, HTTP_SETTINGS))

/** One pull of a local server; loopback is allowed unless the test says otherwise. */
export function pull(url: string, pulling: Pulling = {}): Promise<FeedAnswer> {
  const { request, limits, allowed = '127.0.0.0/8', denied = '', signal = new AbortController().signal, ...rest } = pulling
  const policy = createAddressPolicy({ allowed: parseRanges(allowed).ranges, denied: parseRanges(denied).ranges })
  const host = createFeedHost({ userAgent: 'threatfeed/test', proxies: {}, ...rest, policy, limits: { ...HTTP_LIMITS, ...limits } })
  return host.get({ url, headers: [], validators: null, timeoutMs: 30_000, maxBytes: 10 * MIB, ...request }, signal)
}

/** The whole body of a pull. */
export async function bodyOf(url: string, pulling: Pulling = {}): Promise<string> {
  return (await bytesOf(await pull(url, pulling))).toString('utf8')
}

export async function bytesOf(answer: FeedAnswer): Promise<Buffer> {
  if (answer.kind !== 'body') throw new Error(`no body: ${answer.kind}`)
  const chunks: Uint8Array[] = []
  for await (const chunk of answer.body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The failure of a pull or of reading its body. */
export async function failureOf(url: string, pulling: Pulling = {}): Promise<FeedFailure> {
  try {
    await bodyOf(url, pulling)
  } catch (error) {
    if (error instanceof FeedFailure) return error
    throw error
  }
  throw new Error('the pull did not fail')
}
