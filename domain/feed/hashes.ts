import { rawOptions } from './annotations.ts'
import type { Feed } from './feed.ts'

/**
 * Names the version of the functions below. A newer worker that computes otherwise must still be able to compute this one: an upgrade
 * is not a changed spec (docs/architecture.md).
 */
export const HASH_VERSION = 'v1'

/**
 * Hash of the whole spec and our annotations. Fields left out and fields set to their default are the same, so that it does not
 * matter whether the CRD or nobody filled them in. An annotation that is absent is not in it: one that a newer version reads changes no
 * hash of a feed that does not have it, and so needs no other version of this function.
 */
export function specHash(object: unknown): Promise<string> {
  return hash({ spec: withDefaults(member(object, 'spec')), options: rawOptions(member(member(object, 'metadata'), 'annotations')) })
}

/** Hash of what a pulled body and its reading depend on: content, url, format, headers and `allow-empty` (contract P-03, L-03). */
export function pullHash(feed: Feed): Promise<string> {
  const { url, format, headers } = feed.pull ?? { url: null, format: null, headers: null }
  return hash({ content: feed.content, url, format, headers, allowEmpty: feed.options.allowEmpty })
}

/** Hash of what the network set depends on beside the set: its labels and `adopt` (contract G-02). */
export function networkSetHash(feed: Feed): Promise<string> {
  return hash({ labels: feed.networkSet?.labels ?? null, adopt: feed.options.adopt })
}

/** Hash of which versions of the objects that headers refer to there are: another one may be what a host that refused us wants. */
export function referencesHash(versions: readonly string[]): Promise<string> {
  return hash(versions)
}

async function hash(value: unknown): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonicalJson(value)))
  // 128 bits tell any two specs apart.
  const bytes = [...new Uint8Array(digest).subarray(0, 16)]
  return `${HASH_VERSION}-${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/** JSON with sorted keys and without nulls in objects, which the API server takes for absent. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, one]) => one !== null && one !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one)}`).join(',')}}`
}

function member(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The defaults of the CRD, where their parent is present. */
function withDefaults(spec: unknown): unknown {
  return filled(isRecord(spec) ? spec : {}, { content: 'IPSet', mode: 'Enabled', feedType: 'Custom' }, {
    pull: (pull) => filled(pull, { period: '24h' }, { http: fillHttp }),
  })
}

function fillHttp(http: unknown): unknown {
  const reference = (ref: unknown): unknown => filled(ref, { optional: false })
  const source = (from: unknown): unknown => filled(from, {}, { configMapKeyRef: reference, secretKeyRef: reference })
  const headers = (list: unknown): unknown => (Array.isArray(list) ? list.map((one: unknown) => filled(one, {}, { valueFrom: source })) : list)
  const csvDefaults = { header: false, columnDelimiter: ',', disableRecordSizeValidation: false }
  const format = (one: unknown): unknown => filled(one, {}, { csv: (csv) => filled(csv, csvDefaults) })
  return filled(http, {}, { headers, format })
}

function filled(value: unknown, defaults: Record<string, unknown>, nested: Record<string, (value: unknown) => unknown> = {}): unknown {
  if (!isRecord(value)) return value
  const present = Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null && one !== undefined))
  const deeper = Object.fromEntries(
    Object.entries(nested).flatMap(([key, fill]) => (Object.hasOwn(present, key) ? [[key, fill(present[key])] as const] : [])),
  )
  return { ...defaults, ...present, ...deeper }
}
