import type { Kind } from '../kinds.ts'
import type { Random } from '../random.ts'
import { ADDRESSES, NAMES, spelled } from '../values.ts'

const HOUR_MS = 3_600_000
/** `SEARCH_LOOKBACK` of the worker. Logs are younger than half of it, or older by a day: no log crosses it while a seed runs. */
export const LOOKBACK_MS = 48 * HOUR_MS

/** A log as the product's collectors write it: now, late, ahead of the time, or with no time at all. */
export function logDocument(kind: Kind, random: Random): Readonly<Record<string, unknown>> {
  return { ...(kind === 'flow' ? flow(random) : dns(random)), ...times(kind, random) }
}

function times(kind: Kind, random: Random): Readonly<Record<string, unknown>> {
  if (random.chance(0.05)) return {}
  const ended = Date.now() + ageOf(random)
  const end = kind === 'flow' ? { end_time: Math.floor(ended / 1000) } : { end_time: new Date(ended).toISOString() }
  // What was taken in lately is no older log, however long ago it ended.
  const takenIn = random.chance(0.3) ? { generated_time: new Date(Date.now() + ageOf(random)).toISOString() } : {}
  const stamped = kind === 'flow' && random.chance(0.5) ? { '@timestamp': Date.now() + ageOf(random) } : {}
  return { ...end, ...takenIn, ...stamped }
}

/** Milliseconds from now. */
function ageOf(random: Random): number {
  if (random.chance(0.6)) return 0
  if (random.chance(0.15)) return HOUR_MS
  return random.chance(0.6) ? -random.below(24 * HOUR_MS) : -(LOOKBACK_MS + 24 * HOUR_MS + random.below(400 * HOUR_MS))
}

function flow(random: Random): Readonly<Record<string, unknown>> {
  const address = (): string | null => (random.chance(0.1) ? null : spelled(ADDRESSES, random))
  return { source_ip: address(), dest_ip: address(), action: random.pick(['allow', 'deny']), proto: 'tcp', source_name: 'web-1', host: 'node-1' }
}

function dns(random: Random): Readonly<Record<string, unknown>> {
  const rrsets = Array.from({ length: random.below(3) }, () => answer(random))
  return { qname: spelled(NAMES, random), qtype: 'A', rcode: 'NoError', client_name: 'web-1', host: 'node-1', rrsets }
}

function answer(random: Random): Readonly<Record<string, unknown>> {
  const name = (): string => spelled(NAMES, random)
  const rdata: Readonly<Record<string, () => string>> = {
    A: () => '198.51.100.1',
    CNAME: name,
    MX: () => `10 ${name()}`,
    SRV: () => `0 5 5060 ${name()}`,
    SOA: () => `${name()} ${name()} 1 7200 900 1209600 86400`,
    TXT: () => (random.chance(0.5) ? `see ${name()} now` : name()),
  }
  const type = random.pick(Object.keys(rdata))
  return { name: name(), type, class: 'IN', rdata: Array.from({ length: 1 + random.below(2) }, () => rdata[type]?.()) }
}
