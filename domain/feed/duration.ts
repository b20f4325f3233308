/** Milliseconds, or what is wrong with the text. */
export type DurationResult = { readonly ok: true; readonly ms: number } | { readonly ok: false; readonly message: string }

/** Nanoseconds in each unit of Go's `time.ParseDuration`; `µs` is written with U+00B5 or U+03BC. */
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}
const NUMBER_AND_UNIT = /([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)/y
/** Go holds a duration as int64 nanoseconds: about 292 years. */
const MAX_NS = 2n ** 63n - 1n
/** The longest that anybody writes ("2562047h47m16.854775807s" has 24 characters), with room. */
const MAX_LENGTH = 64

const NOT_A_DURATION = 'is not a duration such as 24h, 1h30m or 300s'

/**
 * Reads a duration as Go does: numbers with units ns, us, ms, s, m and h, fractions, an optional sign, and `0` alone without a unit
 * (contract V-06; CEL's `duration()` reads the same). The message completes a sentence and does not repeat the text.
 * @returns whole milliseconds, cut towards zero.
 */
export function parseDuration(text: string): DurationResult {
  const ns = text.length <= MAX_LENGTH ? nanoseconds(text) : undefined
  if (ns === undefined) return { ok: false, message: NOT_A_DURATION }
  return ns > MAX_NS || ns < -MAX_NS
    ? { ok: false, message: 'is longer than 292 years' }
    : { ok: true, ms: Number(ns / 1_000_000n) }
}

function nanoseconds(text: string): bigint | undefined {
  const sign = text.startsWith('-') ? -1n : 1n
  const rest = text.replace(/^[-+]/, '')
  if (rest === '0') return 0n
  if (rest === '') return undefined
  let total = 0n
  let at = 0
  while (at < rest.length) {
    NUMBER_AND_UNIT.lastIndex = at
    const match = NUMBER_AND_UNIT.exec(rest)
    if (match === null) return undefined
    const [all, whole = '', fraction = '', unit = ''] = match
    const size = UNITS[unit]
    if (size === undefined || (whole === '' && fraction === '')) return undefined
    total += BigInt(whole || '0') * size + (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length)
    at += all.length
  }
  return sign * total
}

/** A duration in the largest units that say it exactly, as a user would write it: `24h`, `1h30m`, `5m`, `250ms`, `0s`. */
export function formatDuration(ms: number): string {
  const parts: string[] = []
  let left = Math.abs(Math.trunc(ms))
  for (const [unit, size] of [['h', 3_600_000], ['m', 60_000], ['s', 1_000], ['ms', 1]] as const) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) parts.push(`${count}${unit}`)
  }
  return parts.length === 0 ? '0s' : `${ms < 0 ? '-' : ''}${parts.join('')}`
}
