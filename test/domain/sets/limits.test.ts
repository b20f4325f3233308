import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentBytes, excess, type SetLimits } from '../../../domain/sets/limits.ts'
import { setBuilder, type SetBuilder } from '../../../domain/sets/set-builder.ts'
import { list, setOf } from './sets.ts'

const encoder = new TextEncoder()
const SMALL = { members: 100, documentBytes: 1_000 }

const address = fc.tuple(fc.constantFrom('1', '10', '100'), fc.nat(255), fc.integer({ min: 8, max: 32 })).map(([a, d, length]) => `${a}.0.0.${d}/${length}`)
const ipv6 = fc.tuple(fc.nat(300), fc.nat(300)).map(([a, b]) => `2001:db8:${a}::${b}`)
const name = fc.tuple(fc.constantFrom('a', 'bc', 'd.e'), fc.nat(300)).map(([beginning, n]) => `${beginning}${n}.example`)
const ofOneContent = fc.constantFrom('IPSet' as const, 'DomainNameSet' as const).chain((content) => {
  const entry = content === 'IPSet' ? fc.oneof(address, ipv6) : name
  return fc.record({ content: fc.constant(content), entries: fc.array(entry, { minLength: 1, maxLength: 30 }) })
})

/** Where a document of these members is the largest allowed, without its brackets and with a comma behind the last. */
function justEnough(members: readonly string[]): SetLimits {
  return { members: members.length, documentBytes: JSON.stringify(members).length - 1 }
}

function tooLong(members: readonly string[], limit: number): string {
  return (
    `the list comes to ${justEnough(members).documentBytes.toLocaleString('en-US')} bytes as a document with its first ` +
    `${members.length} members; one set may have ${limit.toLocaleString('en-US')}`
  )
}

function tooMany(members: readonly string[], limit: number): string {
  return `the list has ${members.length} members or more; one set may hold ${limit}`
}

/** With entries as texts and as bytes in turn. */
function filled(builder: SetBuilder, entries: readonly string[]): SetBuilder {
  entries.forEach((entry, i) => {
    if (i % 2 === 0) builder.addText(entry)
    else builder.addBytes(encoder.encode(entry), 0, entry.length)
  })
  return builder
}

describe('limits of a set', () => {
  it('N-06 are 2,000,000 members and 90 MB as a document', () => {
    expect(excess(2_000_000, 0)).toBeNull()
    expect(excess(2_000_001, 0)).toBe('the list has 2,000,001 members or more; one set may hold 2,000,000')
    expect(excess(1_000_000, 87_000_000)).toBeNull()
    expect(excess(1_000_000, 87_000_001)).toBe(
      'the list comes to 90,000,001 bytes as a document with its first 1,000,000 members; one set may have 90,000,000',
    )
  })

  it('N-06 measure a document as it is written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.ipV4(), { minLength: 1 }), async (addresses) => {
        const members = list(await setOf(addresses))
        const document = JSON.stringify(members)
        expect(documentBytes(members.length, members.join('').length)).toBe(document.length - 1)
      }),
    )
  })

  it('N-06 count a member once, however often it comes', () => {
    const builder = setBuilder('IPSet', SMALL)
    for (let i = 0; i < 1_000; i++) {
      builder.addText(`10.0.0.${i % 50}`)
      expect(builder.excess()).toBeNull()
    }
    expect(builder.finish()).toMatchObject({ members: 50 })
  })

  it('N-06 are noticed while a body comes in, before all of it is held', () => {
    for (const content of ['IPSet', 'DomainNameSet'] as const) {
      const builder = setBuilder(content, SMALL)
      let added = 0
      while (builder.excess() === null && added <= 2 * SMALL.members + 1) {
        builder.addText(content === 'IPSet' ? `10.0.${added >>> 8}.${added & 255}` : `${added}.example`)
        added++
      }
      expect(added).toBeLessThanOrEqual(2 * SMALL.members + 1)
    }
    const ipv6 = setBuilder('IPSet', SMALL)
    for (let i = 0; i <= SMALL.members; i++) ipv6.addText(`2001:db8:ffff:ffff::${i}`)
    expect(ipv6.excess()).toContain('one set may have 1,000')
  })

  it('N-06 are exact at the end', () => {
    const builder = setBuilder('IPSet', SMALL)
    for (let i = 0; i < 101; i++) builder.addText(`10.0.0.${i}`)
    expect(builder.finish()).toBe('the list has 101 members or more; one set may hold 100')
  })

  it('N-06 are exact at the end to a member and a byte, whatever the members are', async () => {
    await fc.assert(
      fc.asyncProperty(ofOneContent, async ({ content, entries }) => {
        const members = list(await setOf(entries, content))
        const limits = justEnough(members)
        const built = (given: SetLimits): unknown => filled(setBuilder(content, given), entries.flatMap((entry) => [entry, entry])).finish()
        expect(built(limits)).toMatchObject({ members: members.length })
        expect(built({ ...limits, documentBytes: limits.documentBytes - 1 })).toBe(tooLong(members, limits.documentBytes - 1))
        expect(built({ ...limits, members: members.length - 1 })).toBe(tooMany(members, members.length - 1))
      }),
    )
  })

  it('N-06 are exact of what has been sorted: each time that as many texts have come as a set may hold', async () => {
    for (const [content, entry] of [['IPSet', ipv6], ['DomainNameSet', name]] as const) {
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(entry, { minLength: 1, maxLength: 20 }), async (entries) => {
          const members = list(await setOf(entries, content))
          const limits = justEnough(members)
          const excessOf = (given: SetLimits): string | null => filled(setBuilder(content, given), [...entries, ...entries, ...entries]).excess()
          expect(excessOf(limits)).toBeNull()
          expect(excessOf({ ...limits, documentBytes: limits.documentBytes - 1 })).toBe(tooLong(members, limits.documentBytes - 1))
        }),
      )
    }
  })

  it('N-06 count addresses of both families, as those come that are left when duplicates are dropped', () => {
    const builder = setBuilder('IPSet', { members: 4, documentBytes: 1_000 })
    filled(builder, ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1', '::1', '::2', '::3', '::1'])
    expect(builder.excess()).toBeNull()
    filled(builder, ['10.0.0.2', '::2'])
    expect(builder.excess()).toBe('the list has 6 members or more; one set may hold 4')
  })
})
