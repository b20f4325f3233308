import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePrefix, prefixText } from '../../../domain/addresses/prefix.ts'
import { canonicalName } from '../../../domain/names/canonical-name.ts'
import { setBuilder } from '../../../domain/sets/set-builder.ts'

const encoder = new TextEncoder()

describe('setBuilder', () => {
  it('N-03 builds of addresses what sorting their canonical texts would', { timeout: 30_000 }, () => {
    const prefix = fc.oneof(
      fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, length]) => `${address}/${length}`),
      fc.ipV4(),
      fc.tuple(fc.nat(2), fc.nat(255), fc.nat(32)).map(([a, b, length]) => `${a}.${b}.0.0/${length}`),
      fc.tuple(fc.ipV6(), fc.integer({ min: 97, max: 128 })).map(([address, length]) => `${address}/${length}`),
      fc.constantFrom('10.0.0.0/8', '::1', '9.9.9.9', '99.9.9.9', '2001:db8::/32', '2.0.0.0/8', '20.0.0.0/8', 'bad'),
    )
    fc.assert(
      fc.property(fc.array(prefix, { maxLength: 40 }), fc.boolean(), (entries, asBytes) => {
        const builder = setBuilder('IPSet')
        for (const entry of entries) {
          if (asBytes) builder.addBytes(encoder.encode(`#${entry}\n`), 1, entry.length + 1)
          else builder.addText(entry)
        }
        const canonical = entries.map(parsePrefix).flatMap((one) => (typeof one === 'string' ? [] : [prefixText(one)]))
        const members = [...new Set(canonical)].sort()
        expect(builder.finish()).toEqual({ text: encoder.encode(members.join('\n')), members: members.length })
      }),
      { numRuns: 300 },
    )
  })

  it('N-03 drops duplicates over and over, whatever room they take', () => {
    const builder = setBuilder('IPSet')
    for (let i = 0; i < 50_000; i++) builder.addText(`10.0.${(i * 7) % 3}.${i % 256}`)
    const built = builder.finish()
    expect(typeof built === 'string' ? built : built.members).toBe(768)
  })

  it('N-04 builds of names what sorting their canonical forms would', () => {
    const label = fc.string({ unit: fc.constantFrom(...'aZ0-_é'), minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.')), { maxLength: 30 }), (entries) => {
        const builder = setBuilder('DomainNameSet')
        for (const entry of entries) builder.addText(entry)
        const members = [...new Set(entries.map(canonicalName).filter((name) => typeof name === 'string'))].sort()
        expect(builder.finish()).toEqual({ text: encoder.encode(members.join('\n')), members: members.length })
      }),
    )
  })
})
