import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePrefix, type Prefix } from '../../../domain/addresses/prefix.ts'
import { atOnce } from '../../../domain/formats/give-way.ts'
import { addressMembers } from '../../../domain/sets/address-members.ts'
import { NotASet } from '../../../domain/sets/not-a-set.ts'
import { prefixesIn } from '../addresses/ipv6-lists.ts'
import { list, setOf } from './sets.ts'

/** Plain lines and others in turn, since `1.1.1.1/32` and IPv6 are read by different readers. */
const entry = fc.oneof(
  fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, length]) => `${address}/${length}`),
  fc.tuple(fc.ipV6(), fc.integer({ min: 97, max: 128 })).map(([address, length]) => `${address}/${length}`),
  fc.constantFrom('::/0', '1.1.1.1', '1::', '9.9.9.9', 'a::', '0.0.0.0/0'),
)

describe('addressMembers', () => {
  it('N-03 gives each member as numbers, in the order of the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 20 }), async (entries) => {
        const set = await setOf(entries)
        const prefixes = list(set).map((member) => parsePrefix(member) as Prefix)
        const { ipv4, ipv6 } = atOnce(addressMembers(set.text))
        expect(prefixesIn(ipv6)).toEqual(prefixes.filter(({ family }) => family === 6))
        for (let length = 0; length <= 32; length++) {
          const addresses = prefixes.filter((prefix) => prefix.family === 4 && prefix.length === length).map((prefix) => prefix.address)
          expect([...ipv4.ofLength(length)]).toEqual(addresses)
        }
      }),
    )
  })

  it.each(['malware.example', '10.0.0.0/8\n10.0.0.0/33', '::1/128\n\n::2/128'])('N-03 refuses %j, which is no text of such a set', (text) => {
    expect(() => atOnce(addressMembers(new TextEncoder().encode(text)))).toThrow(NotASet)
  })

  it('N-03 stops every 64 KiB, and reads members over such a border as any other', () => {
    const members = Array.from({ length: 20_000 }, (_, n) => (n % 5_000 < 2_500 ? `10.${n >> 8}.${n & 255}.0/24` : `2001:db8::${n.toString(16)}/128`))
    const text = new TextEncoder().encode(members.join('\n'))
    const reading = addressMembers(text)
    let stretches = 0
    let step = reading.next()
    for (; step.done !== true; step = reading.next()) stretches++
    expect(stretches).toBe(Math.ceil(text.length / 65_536))
    expect(step.value.ipv4.ofLength(24)).toEqual(Uint32Array.from(members.filter((text_) => text_.startsWith('10.')), (text_) => (parsePrefix(text_) as { address: number }).address))
    expect(prefixesIn(step.value.ipv6)).toEqual(members.filter((text_) => text_.startsWith('2')).map(parsePrefix))
  })
})
