import type { LogKind } from '../../domain/feed/content.ts'
import type { FieldValues, SearchedField } from '../../domain/search/log.ts'
import { spansBetween } from '../../domain/search/spans.ts'
import { partsOf, stretchName, type Stretch } from '../../domain/search/stretches.ts'
import type { Span, WindowCursor } from '../../domain/search/window.ts'
import type { LogStore, Searched } from '../ports/log-store.ts'
import { untilAborted } from './abort.ts'
import { createCache } from './cache.ts'
import { DIGEST_TIMEOUT_MS } from './slice-limits.ts'
import { tellOnce, type Tell } from './tell-once.ts'

/** Distinct values of some logs, each field's in a list of its own. */
export type Digest = Searched<readonly FieldValues[]>

/** Digests of a busy minute are 1 MB; those of the newest windows of both kinds, and one large catching up, fit. */
const DIGESTS_BUDGET_BYTES = 128 * 1024 * 1024

/** Some logs up to a window. */
export interface Part {
  readonly kind: LogKind
  /** The window that was newest: numbers that a shard gives again later are given after it. */
  readonly to: WindowCursor
  readonly spans: readonly Span[]
}

/** Told of what was made for this search, and not found or waited for. */
export interface Spent {
  ms: number
}

/**
 * Digests of logs, which the feeds of a worker share: whoever asks while one is made waits for it, and it is kept while feeds come by. Whoever
 * stops waiting stops nothing, and one that failed is made anew for the next who asks. Where the memory is full, what is in stays, and a digest
 * that does not fit is made for those who ask at the moment.
 */
export interface DigestCache {
  /**
   * Of a stretch of at most one slice. For a feed that is late it is put together of kept ones, and of one more for what they leave out: so it
   * may hold values of other logs too, which find nothing.
   */
  between(stretch: Stretch, keepMs: number, signal: AbortSignal, spent: Spent): Promise<Digest>
  /** Of exactly these logs. */
  part(part: Part, keepMs: number, signal: AbortSignal, spent: Spent): Promise<Digest>
}

export interface DigestCacheOptions {
  readonly clock: () => number
  readonly budgetBytes?: number
  readonly tell?: Tell
}

export function createDigestCache(logs: Pick<LogStore, 'digest'>, { clock, budgetBytes = DIGESTS_BUDGET_BYTES, tell }: DigestCacheOptions): DigestCache {
  const once = tellOnce(tell)
  const unkept = (_: string, bytes: number): void =>
    once('full', 'what logs hold is asked for again by each feed: the memory for digests is full', { bytes, budgetBytes })
  /** Stretches whose digests may be kept. */
  const stretches = new Map<string, Stretch>()
  // A quiet window of many shards is far larger than its digest.
  const bytesOf = (digest: Digest, key: string): number => digestBytes(digest) + stringBytes(key) + stretchBytes(stretches.get(key))
  const cache = createCache<Digest>({ budgetBytes, bytesOf, clock, unkept })

  // Its own signal: the one of whoever asks first ends with that search.
  async function ask(kind: LogKind, spans: readonly Span[], spent: Spent): Promise<Digest> {
    const began = clock()
    const digest = await logs.digest({ kind, spans }, AbortSignal.timeout(DIGEST_TIMEOUT_MS))
    spent.ms += clock() - began
    return digest
  }

  function between(stretch: Stretch, keepMs: number, spent: Spent): Promise<Digest> {
    const name = stretchName(stretch)
    return cache.get(name, keepMs, () => {
      const { from, to } = stretch
      for (const known of stretches.keys()) if (!cache.has(known)) stretches.delete(known)
      const parts = partsOf(stretch, [...stretches.values()].filter((kept) => kept.to.kind === to.kind))
      stretches.set(name, stretch)
      if (parts.length === 1) return ask(to.kind, spansBetween(from?.points ?? null, to.points), spent)
      return Promise.all(parts.map((part) => between(part, keepMs, spent))).then(joined)
    })
  }

  return {
    between: (stretch, keepMs, signal, spent) => untilAborted(between(stretch, keepMs, spent), signal),
    part({ kind, to, spans }, keepMs, signal, spent) {
      const logs = spans.map(({ uuid, shard, history, after, upTo }) => `${uuid}/${shard}/${history}/${after}/${upTo}`).join(' ')
      return untilAborted(cache.get(`${kind} ${to.id}: ${logs}`, keepMs, () => ask(kind, spans, spent)), signal)
    },
  }
}

function joined(digests: readonly Digest[]): Digest {
  const fields = new Map<SearchedField, Set<string>>()
  for (const { field, values } of digests.flatMap(({ found }) => found)) {
    const all = fields.get(field) ?? new Set()
    for (const value of values) all.add(value)
    fields.set(field, all)
  }
  const found = [...fields].map(([field, values]) => ({ field, values: [...values] }))
  return { found, unreachable: digests.flatMap(({ unreachable }) => unreachable) }
}

function digestBytes({ found, unreachable }: Digest): number {
  return found.reduce((sum, { values }) => values.reduce((bytes, value) => bytes + stringBytes(value), sum), 64 + shardBytes(unreachable))
}

function stretchBytes(stretch: Stretch | undefined): number {
  return stretch === undefined ? 0 : shardBytes(stretch.from?.points ?? []) + shardBytes(stretch.to.points)
}

/** About what V8 holds for points or spans: seven fields of 8 bytes with a header and the array's slot, and their strings. */
function shardBytes(shards: readonly Pick<Span, 'index' | 'uuid' | 'history'>[]): number {
  return shards.reduce((bytes, { index, uuid, history }) => bytes + 88 + stringBytes(index) + stringBytes(uuid) + stringBytes(history), 0)
}

/** About what V8 holds for a short string: its characters and a header with the array's slot. */
function stringBytes(text: string): number {
  return text.length + 32
}
