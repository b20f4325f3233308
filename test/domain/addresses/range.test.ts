import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePrefix, type Prefix, prefixText } from '../../../domain/addresses/prefix.ts'
import { eachIPv6Prefix, type Range, rangeOf } from '../../../domain/addresses/range.ts'
import { prefixesOf } from '../../../domain/sets/prefixes.ts'
import { setOf } from '../sets/sets.ts'

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text)
  if (typeof parsed === 'string') throw new Error(`${text}: ${parsed}`)
  return parsed
}

async function merged(...texts: string[]): Promise<string[]> {
  return prefixesOf(await setOf(texts))
}

describe('merging', () => {
  it('G-03 joins adjacent prefixes and drops contained ones', async () => {
    expect(await merged('10.0.0.0/25', '10.0.0.128/25')).toEqual(['10.0.0.0/24'])
    expect(await merged('10.0.0.0/8', '10.1.2.3/32')).toEqual(['10.0.0.0/8'])
    expect(await merged('10.0.0.1/32', '10.0.0.2/32')).toEqual(['10.0.0.1/32', '10.0.0.2/32'])
    expect(await merged('10.0.0.1/32', '10.0.0.2/31', '10.0.0.0/32')).toEqual(['10.0.0.0/30'])
    expect(await merged('2001:db8::/33', '2001:db8:8000::/33')).toEqual(['2001:db8::/32'])
  })

  it('G-03 keeps the families apart at their ends', async () => {
    expect(await merged('::/1', '8000::/1', '128.0.0.0/1', '0.0.0.0/1')).toEqual(['0.0.0.0/0', '::/0'])
    expect(await merged('255.255.255.255/32', '::/128')).toEqual(['255.255.255.255/32', '::/128'])
  })

  // Six bits of address space: small enough to know by counting what the smallest list is.
  const small = fc.array(
    fc.nat(6).chain((bits) => fc.nat(2 ** bits - 1).map((n) => ({ length: 26 + bits, address: n * 2 ** (6 - bits) }))),
    { maxLength: 12 },
  )

  it('G-03 covers exactly the same addresses in the smallest list of prefixes', async () => {
    await fc.assert(
      fc.asyncProperty(small, fc.constantFrom(4 as const, 6 as const), async (networks, family) => {
        const given = networks.map(({ address, length }): Prefix =>
          family === 4 ? { family, address, length } : { family, address: BigInt(address) << 60n, length: length + 36 },
        )
        const result = (await merged(...given.map(prefixText))).map(prefix)
        const covered = addresses(given)
        expect(addresses(result)).toEqual(covered)
        expect(result.length).toBe(fewest(covered, 0, 64))
      }),
    )
  })

  it('G-03 cuts a range of IPv6 into the fewest blocks, from its very first address to its very last', () => {
    const range = fc.tuple(fc.nat(63), fc.nat(63)).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }))
    fc.assert(
      fc.property(range, fc.constantFrom(0n, 1n << 64n, (1n << 128n) - 64n), ({ first, last }, from) => {
        const blocks: Prefix[] = []
        eachIPv6Prefix(from + BigInt(first), from + BigInt(last), (address, length) => blocks.push({ family: 6, address: address - from, length }))
        const inside = fromTo(first, last)
        expect(blocks.map(rangeOf).flatMap((block) => fromTo(Number(block.first), Number(block.last)))).toEqual(inside)
        expect(blocks).toHaveLength(fewest(inside, 0, 64))
      }),
    )
  })
})

function addresses(prefixes: readonly Prefix[]): number[] {
  const covered = new Set<number>()
  for (const range of prefixes.map(rangeOf)) for (const n of numbersOf(range)) covered.add(n)
  return [...covered].sort((a, b) => a - b)
}

function fromTo(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

/** Those of IPv6 lie 60 bits up, across two of the words they are kept in. */
function* numbersOf(range: Range): Generator<number> {
  const [first, last] = range.family === 4 ? [range.first, range.last] : [Number(range.first >> 60n), Number(range.last >> 60n)]
  for (let n = first; n <= last; n++) yield n
}

/** The fewest blocks for a set of numbers, by halving: none, this block, or both halves' fewest. */
function fewest(covered: readonly number[], from: number, size: number): number {
  const inside = covered.filter((n) => n >= from && n < from + size)
  if (inside.length === 0) return 0
  if (inside.length === size) return 1
  return fewest(inside, from, size / 2) + fewest(inside, from + size / 2, size / 2)
}
