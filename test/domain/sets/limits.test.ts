import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentBytes, excess } from '../../../domain/sets/limits.ts'
import { setBuilder } from '../../../domain/sets/set-builder.ts'
import { list, setOf } from './sets.ts'

const SMALL = { members: 100, documentBytes: 1_000 }

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
})
