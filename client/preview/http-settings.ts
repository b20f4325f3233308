import { readFileSync } from 'node:fs'
import { type AddressRange, parseRanges } from '../../adapters/http/address-policy.ts'
import { HTTP_LIMITS, type HttpLimits } from '../../adapters/http/limits.ts'
import { parseProxy, type ProxySettings } from '../../adapters/http/proxy.ts'
import { parseDuration } from '../../domain/feed/duration.ts'
import { ClientError } from '../client-error.ts'
import type { Environment } from '../config.ts'

/** How a preview pulls: as a worker with the same environment would (README's table of settings; contract P-07, P-10). */
export interface HttpSettings {
  readonly limits: HttpLimits
  /** Milliseconds for a whole attempt, bytes of a body, of a json body. */
  readonly attemptMs: number
  readonly bodyBytes: number
  readonly jsonBytes: number
  readonly allowed: readonly AddressRange[]
  readonly denied: readonly AddressRange[]
  readonly proxies: ProxySettings
  /** PEM. */
  readonly extraCa?: string
}

const MIB = 1024 * 1024
const ATTEMPT_MS = 5 * 60_000
/** What the worker takes for each; a test holds the two readers to the same answers. */
const MOST_WAIT_MS = 5 * 60_000
const LEAST_WAIT_MS = 100
const LEAST_ATTEMPT_MS = 1000

/** @throws ClientError `invalid`, with all problems, naming variables and never their values. */
export function readHttpSettings(environment: Environment): HttpSettings {
  const problems: string[] = []
  const read = (name: string): string => environment[name]?.trim() ?? ''
  const either = (name: string): string | undefined => read(name.toLowerCase()) || read(name) || undefined

  const duration = (name: string, fallback: number, least: number): number => {
    const text = read(name)
    if (text === '') return fallback
    const parsed = parseDuration(text)
    if (parsed.ok && parsed.ms >= least && parsed.ms <= MOST_WAIT_MS) return parsed.ms
    problems.push(`${name} is not a duration between ${least} ms and 5m`)
    return fallback
  }
  const integer = (name: string, fallback: number, least: number, most: number): number => {
    const text = read(name)
    if (text === '') return fallback
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    problems.push(`${name} is not a whole number from ${least} to ${most}`)
    return fallback
  }
  const ranges = (name: string): readonly AddressRange[] => {
    const parsed = parseRanges(read(name))
    for (const problem of parsed.problems) problems.push(`${name} holds something else than prefixes: ${problem}`)
    return parsed.ranges
  }
  const proxy = (name: string): string | undefined => {
    const value = either(name)
    if (value !== undefined && parseProxy(value) === null) problems.push(`${name} is not the http or https url of a proxy`)
    return value
  }
  const certificates = (name: string): string => {
    const file = read(name)
    if (file === '') return ''
    try {
      const pem = readFileSync(file, 'utf8')
      if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
      problems.push(`${name} names a file without a PEM certificate`)
    } catch {
      problems.push(`${name} names a file that cannot be read`)
    }
    return ''
  }

  // Node reads NODE_EXTRA_CA_CERTS itself, but only for connections that name no authorities.
  const feedCa = certificates('FEED_CA')
  const settings: HttpSettings = {
    limits: {
      connectMs: duration('FEED_CONNECT_TIMEOUT', HTTP_LIMITS.connectMs, LEAST_WAIT_MS),
      firstByteMs: duration('FEED_FIRST_BYTE_TIMEOUT', HTTP_LIMITS.firstByteMs, LEAST_WAIT_MS),
      wireBytes: integer('FEED_MAX_WIRE_MIB', HTTP_LIMITS.wireBytes / MIB, 1, 1024) * MIB,
      redirects: integer('FEED_MAX_REDIRECTS', HTTP_LIMITS.redirects, 0, 20),
    },
    attemptMs: duration('FEED_ATTEMPT_TIMEOUT', ATTEMPT_MS, LEAST_ATTEMPT_MS),
    bodyBytes: integer('FEED_MAX_BODY_MIB', 512, 1, 4096) * MIB,
    jsonBytes: integer('FEED_MAX_JSON_MIB', 64, 1, 256) * MIB,
    allowed: ranges('FEED_ALLOWED_RANGES'),
    denied: ranges('FEED_DENIED_RANGES'),
    proxies: { httpProxy: proxy('HTTP_PROXY'), httpsProxy: proxy('HTTPS_PROXY'), noProxy: either('NO_PROXY') },
    ...(feedCa === '' ? {} : { extraCa: `${feedCa}\n${certificates('NODE_EXTRA_CA_CERTS')}` }),
  }
  if (problems.length > 0) throw new ClientError('invalid', problems.join('; '))
  return settings
}

/** The addresses without which a worker takes the local servers, and with them their leave to pull from loopback. */
const ADDRESSES = ['TEMPORAL_ADDRESS', 'KUBECONFIG', 'ELASTICSEARCH_URL']

/** The environment as a worker started here would have it: beside local servers (`npm run local -- up`) loopback is allowed to feeds. */
export function withLocalRanges(environment: Environment, localSettings: Environment): Environment {
  const local = localSettings['FEED_ALLOWED_RANGES']
  if (local === undefined || environment['KUBERNETES_SERVICE_HOST'] || ADDRESSES.every((name) => environment[name])) return environment
  return { FEED_ALLOWED_RANGES: local, ...environment }
}
