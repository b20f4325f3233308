// usage: node --expose-gc hold.js address-matcher|name-matcher|set|sorted-array LIST LOOKUPS
// Holds a list in memory in one way, tells how much more memory that takes, and looks values up in it.
import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { keepGoing } from '../../../domain/formats/give-way.ts'
import { holdAddresses } from '../../../domain/sets/address-matcher.ts'
import type { HeldSet } from '../../../domain/sets/matcher.ts'
import { seededHashing } from '../../../domain/sets/name-hash.ts'
import { holdNames } from '../../../domain/sets/name-matcher.ts'
import { parseList } from './parse-list.ts'

interface Held {
  readonly members: number
  has(value: string): boolean
  /** What it says of its own size, where it says anything. */
  readonly saysBytes?: number
  /** Begins a pass anew: nothing found out in one before is known. */
  begin?(): void
  /** Decides what it guessed in a pass. @returns milliseconds of processor time */
  confirm?(): Promise<number>
}

/** Passes over the lookups; the first one is for the compiler, and the middle one of the others counts. */
const PASSES = 6

async function hold(structure: string, file: string): Promise<Held> {
  if (structure === 'set') {
    const set = new Set(strings(file))
    return { members: set.size, has: (value) => set.has(value) }
  }
  if (structure === 'sorted-array') {
    const sorted = strings(file).sort()
    return { members: sorted.length, has: (value) => isIn(sorted, value) }
  }
  const content = structure === 'address-matcher' ? 'IPSet' : 'DomainNameSet'
  const { text, members } = await parseList(file, content)
  return ours(await (content === 'IPSet' ? holdAddresses(pieces(text), members, keepGoing) : holdTheseNames(text, members)), members, file)
}

function holdTheseNames(text: Uint8Array, members: number): Promise<HeldSet> {
  return holdNames(pieces(text), members, { hashing: seededHashing(crypto.getRandomValues(new Uint32Array(2))), decided: new Map(), giveWay: keepGoing })
}

function ours(set: HeldSet, members: number, file: string): Held {
  let matcher = set.matcher('exact')
  return {
    members,
    saysBytes: set.bytes,
    has: (value) => matcher.match(value) !== null,
    begin: () => {
      matcher = set.matcher('exact')
    },
    async confirm() {
      if (!matcher.guessed) return 0
      const { text } = await parseList(file, 'DomainNameSet')
      const started = process.cpuUsage()
      await matcher.confirm(pieces(text), keepGoing)
      return cpuMsSince(started)
    },
  }
}

/** As a store gives it. */
async function* pieces(text: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < text.length; at += 65_536) yield text.subarray(at, at + 65_536)
}

/** As a client reads them from a JSON document: each a string of its own and no slice of one long text. */
function strings(file: string): string[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return JSON.parse(JSON.stringify(lines)) as string[]
}

function isIn(sorted: readonly string[], value: string): boolean {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? '') < value) low = middle + 1
    else high = middle
  }
  return sorted[low] === value
}

/** Bytes in use on the heap and beside it, once all that nobody holds is gone: buffers go a moment after what held them. */
async function bytesInUse(): Promise<number> {
  // There with --expose-gc alone, which Deno's types do not know of.
  const { gc } = globalThis as { readonly gc?: () => void }
  for (let times = 0; times < 3; times++) {
    gc?.()
    await setImmediate()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/**
 * Nanoseconds of processor time for each lookup, which other work on the machine disturbs less. The values are new strings in each pass, as those of
 * a log are: a string remembers its hash once a Set has asked for it.
 */
function lookUp(held: Held, lookups: string): { readonly hits: number; readonly lookupNs: number } {
  const values = JSON.parse(lookups) as string[]
  let hits = 0
  held.begin?.()
  const started = process.cpuUsage()
  for (const value of values) if (held.has(value)) hits++
  return { hits, lookupNs: (cpuMsSince(started) * 1e6) / values.length }
}

function cpuMsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1000
}

const [structure = '', list = '', lookupsFile = ''] = process.argv.slice(2)
const lookups = readFileSync(lookupsFile, 'utf8')
const before = await bytesInUse()
const held = await hold(structure, list)
const bytes = (await bytesInUse()) - before
const passes = Array.from({ length: PASSES }, () => lookUp(held, lookups)).slice(1)
const lookupNs = passes.map((pass) => pass.lookupNs).sort((a, b) => a - b)[passes.length >>> 1] ?? 0
const confirmMs = await held.confirm?.()
const hits = (JSON.parse(lookups) as string[]).filter((value) => held.has(value)).length
const says = held.saysBytes === undefined ? {} : { saysBytesEach: held.saysBytes / held.members }
process.stdout.write(
  JSON.stringify({
    facts: { members: held.members, hits },
    figures: { bytesEach: bytes / held.members, lookupNs, ...says, ...(confirmMs === undefined || confirmMs === 0 ? {} : { confirmMs }) },
  }),
)
