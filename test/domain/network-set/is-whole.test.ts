import { describe, expect, it } from 'vitest'
import { isWhole } from '../../../domain/network-set/is-whole.ts'
import { type HeldNetworkSet, SPAN_ANNOTATION } from '../../../domain/network-set/network-set.ts'

const END = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'

function owning(name: string, span?: string): HeldNetworkSet {
  return { name, uid: `uid-of-${name}`, resourceVersion: '1', labels: {}, annotations: span === undefined ? {} : { [SPAN_ANNOTATION]: span } }
}
const first = owning('threatfeed.a', '0.0.0.0-10.0.0.0')
const second = owning('threatfeed-7.a', '10.0.0.1-2001:db8::')
const third = owning('threatfeed-1.a', `2001:db8::1-${END}`)

describe('isWhole', () => {
  it('G-04 objects whose spans tile every address are all there are, in any order; the only one says nothing of its span', () => {
    expect(isWhole([first, second, third], 'a')).toBe(true)
    expect(isWhole([third, first, second], 'a')).toBe(true)
    expect(isWhole([owning('threatfeed.a')], 'a')).toBe(true)
    expect(isWhole([owning('threatfeed.a', `0.0.0.0-${END}`)], 'a')).toBe(true)
  })

  it.each([
    ['none', []],
    ['the lowest is missing', [second, third]],
    ['one between is missing', [first, third]],
    ['the highest is missing', [first, second]],
    ['one is there twice', [first, second, second, third]],
    ['one is larger than its place', [first, owning('threatfeed-7.a', '10.0.0.1-2001:db8::1'), third]],
    ['there is another whose span cannot be read', [first, second, third, owning('threatfeed-2.a', 'x')]],
    ['there is another without a span', [first, second, third, owning('threatfeed-2.a')]],
    ['the primary does not own the lowest', [owning('threatfeed-2.a', '0.0.0.0-10.0.0.0'), owning('threatfeed.a', '10.0.0.1-2001:db8::'), third]],
    ['a further object owns all', [owning('threatfeed-2.a', `0.0.0.0-${END}`)]],
    ['it is another feed’s', [owning('threatfeed.b')]],
    ['the primary says nothing beside another', [owning('threatfeed.a'), second]],
  ])('G-04 G-05 somebody had a hand in it: %s', (_, objects) => {
    expect(isWhole(objects, 'a')).toBe(false)
  })
})
