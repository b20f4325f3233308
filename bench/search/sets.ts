import { createHash } from 'node:crypto'
import type { SetRef } from '../../domain/sets/indicator-set.ts'
import type { Random } from '../measure/random.ts'
import { generateAddresses, generateNames } from '../parse/generate.ts'
import type { World } from './generate-logs.ts'

/** A set as a feed has it, and as its rivals send it. */
export interface BenchSet {
  readonly title: string
  readonly ref: SetRef
  /** Canonical: addresses with their length. */
  readonly members: readonly string[]
  readonly text: Uint8Array
}

/** Members that the logs speak of: some, rare ones, so that every method has something to find. */
const PLANTED = 20

/**
 * Addresses that no log need know, with some of the rarer ones that the logs do.
 * @param seen further ones.
 */
export function hostSet(count: number, { externals }: World, random: Random, seen: readonly string[] = []): BenchSet {
  const planted = [...new Set([...seen, ...plant(externals, Math.min(PLANTED, count), random)])]
  const others = generateAddresses(count, random).members.filter((host) => !planted.includes(host)).slice(0, count - planted.length)
  return setOf([...planted, ...others].map((host) => `${host}/32`), `${count.toLocaleString('en')} hosts`)
}

/** Networks of the lengths that published lists of them have: most of /24, some shorter and longer. */
export function networkSet(count: number, random: Random): BenchSet {
  const found = new Set<string>()
  while (found.size < count) {
    const length = [20, 22, 23, 24, 24, 24, 24, 25, 28, 29][random(10)] ?? 24
    const address = (2 ** 24 + random(222 * 2 ** 24)) & (0xffffffff << (32 - length))
    // Of the cluster's own there are none: they would match nearly every log.
    if (address >>> 24 !== 10) found.add(`${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}/${length}`)
  }
  return setOf([...found], `${count.toLocaleString('en')} networks`)
}

export function nameSet(count: number, { names }: World, random: Random, seen: readonly string[] = []): BenchSet {
  const planted = [...new Set([...seen, ...plant(names, Math.min(PLANTED, count), random)])]
  const others = generateNames(count, random).members.filter((name) => !planted.includes(name)).slice(0, count - planted.length)
  return setOf([...planted, ...others], `${count.toLocaleString('en')} names`)
}

export function union(title: string, ...sets: readonly BenchSet[]): BenchSet {
  return setOf(sets.flatMap(({ members }) => members), title)
}

/** None of the logs' own: a set that a quiet minute has nothing of. */
export function quietSet(count: number, { externals }: World, random: Random): BenchSet {
  const known = new Set(externals)
  const members = generateAddresses(count, random).members.filter((host) => !known.has(host)).slice(0, count)
  return setOf(members.map((host) => `${host}/32`), `${count.toLocaleString('en')} hosts without a hit`)
}

function plant(known: readonly string[], count: number, random: Random): readonly string[] {
  const from = Math.floor(known.length / 10)
  return [...new Set(Array.from({ length: count }, () => known[from + random(known.length - from)] ?? ''))]
}

function setOf(all: readonly string[], title: string): BenchSet {
  const members = [...new Set(all)].sort()
  const text = new TextEncoder().encode(members.join('\n'))
  return { title, members, text, ref: { sha256: createHash('sha256').update(text).digest('hex'), members: members.length } }
}
