import { certificates } from '../settings/certificates.ts'
import type { Setting, SettingsReader } from '../settings/settings-reader.ts'
import { type AddressRange, parseRanges } from './address-policy.ts'
import type { HttpLimits } from './limits.ts'
import { parseProxy, type ProxySettings } from './proxy.ts'

/** How feeds are pulled: one table for the worker, which pulls them, and for a preview, which does as a worker would. */
export const HTTP_SETTINGS = [
  { name: 'FEED_ALLOWED_RANGES', default: '', meaning: 'prefixes, comma-separated, that feeds may be pulled from although they are loopback, link-local or the like' },
  { name: 'FEED_DENIED_RANGES', default: '', meaning: 'prefixes that no feed may be pulled from; wins over the allowed' },
  // Three SYNs (at 0, 1 and 3 s) and a TLS handshake over a slow line fit in it.
  { name: 'FEED_CONNECT_TIMEOUT', default: '10s', meaning: 'resolving, TCP and TLS, each hop' },
  // Feeds made on demand take seconds; half a minute is what most gateways allow their own backends.
  { name: 'FEED_FIRST_BYTE_TIMEOUT', default: '30s', meaning: "until the answer's headers, each hop" },
  { name: 'FEED_ATTEMPT_TIMEOUT', default: '5m', meaning: 'the whole attempt, or half the period if that is less; at most 5m' },
  // The largest public list is under 30 MB as text; 100 MiB leaves room for three times that.
  { name: 'FEED_MAX_WIRE_MIB', default: '100', meaning: 'body as sent, MiB' },
  { name: 'FEED_MAX_BODY_MIB', default: '512', meaning: 'body unpacked, MiB' },
  { name: 'FEED_MAX_JSON_MIB', default: '64', meaning: 'json body unpacked, MiB, at most 64: it is held as one document' },
  // http to https, to www, to a mirror, to a signed object: four, and one to spare.
  { name: 'FEED_MAX_REDIRECTS', default: '5', meaning: 'redirects followed' },
  { name: 'HTTPS_PROXY', default: null, meaning: 'proxy for https urls; its address is exempt from the ranges', secret: true },
  { name: 'HTTP_PROXY', default: null, meaning: 'proxy for http urls', secret: true },
  { name: 'NO_PROXY', default: null, meaning: 'hosts, domains and prefixes to reach without a proxy' },
  { name: 'FEED_CA', default: null, meaning: "PEM file of further authorities for feeds' certificates, beside those that Node knows" },
  { name: 'NODE_EXTRA_CA_CERTS', default: null, meaning: "PEM file of further authorities (read by Node itself); not for Temporal (`TEMPORAL_TLS_SERVER_CA_CERT_PATH`), nor beside `ELASTICSEARCH_CA` or a kubeconfig's" },
] as const satisfies readonly Setting[]

export type HttpSettingName = (typeof HTTP_SETTINGS)[number]['name']

export interface HttpSettings {
  readonly limits: HttpLimits
  /** Milliseconds for a whole attempt, bytes of a body, of a json body: they go with each request (contract P-07). */
  readonly attemptMs: number
  readonly bodyBytes: number
  readonly jsonBytes: number
  /** Contract P-10. */
  readonly allowed: readonly AddressRange[]
  readonly denied: readonly AddressRange[]
  readonly proxies: ProxySettings
  /** Authorities accepted beside Node's own, PEM; undefined when there are none. */
  readonly extraCa: string | undefined
}

const MIB = 1024 * 1024
const SECOND = 1000
const MOST_WAIT = 5 * 60 * SECOND

/** What is wrong is in the reader's `problems`. */
export function readHttpSettings(read: SettingsReader<HttpSettingName>): HttpSettings {
  return {
    limits: {
      connectMs: read.duration('FEED_CONNECT_TIMEOUT', 100, MOST_WAIT),
      firstByteMs: read.duration('FEED_FIRST_BYTE_TIMEOUT', 100, MOST_WAIT),
      // A gigabyte each is more than one set may hold (contract N-06) ten times over.
      wireBytes: read.integer('FEED_MAX_WIRE_MIB', 1, 1024) * MIB,
      redirects: read.integer('FEED_MAX_REDIRECTS', 0, 20),
    },
    // The step itself has six minutes (workflows/steps.ts).
    attemptMs: read.duration('FEED_ATTEMPT_TIMEOUT', SECOND, MOST_WAIT),
    bodyBytes: read.integer('FEED_MAX_BODY_MIB', 1, 4096) * MIB,
    // What reads a document takes no larger one (domain/formats/json.ts).
    jsonBytes: read.integer('FEED_MAX_JSON_MIB', 1, 64) * MIB,
    allowed: ranges(read, 'FEED_ALLOWED_RANGES'),
    denied: ranges(read, 'FEED_DENIED_RANGES'),
    proxies: { httpProxy: proxy(read, 'HTTP_PROXY'), httpsProxy: proxy(read, 'HTTPS_PROXY'), noProxy: read.eitherCase('NO_PROXY') },
    extraCa: feedAuthorities(read),
  }
}

function ranges(read: SettingsReader<HttpSettingName>, name: 'FEED_ALLOWED_RANGES' | 'FEED_DENIED_RANGES'): readonly AddressRange[] {
  const parsed = parseRanges(read.value(name))
  for (const problem of parsed.problems) read.problem(name, `holds something else than prefixes: ${problem}`)
  return parsed.ranges
}

function proxy(read: SettingsReader<HttpSettingName>, name: 'HTTP_PROXY' | 'HTTPS_PROXY'): string | undefined {
  const value = read.eitherCase(name)
  if (value !== undefined && parseProxy(value) === null) read.problem(name, 'is not the http or https url of a proxy')
  return value
}

/** Node reads NODE_EXTRA_CA_CERTS itself, but only for connections that name no authorities; those of feeds do once FEED_CA is set. */
function feedAuthorities(read: SettingsReader<HttpSettingName>): string | undefined {
  const own = certificates(read, 'FEED_CA')
  return own === undefined ? undefined : `${own}\n${certificates(read, 'NODE_EXTRA_CA_CERTS') ?? ''}`
}
