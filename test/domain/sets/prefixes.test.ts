import { describe, expect, it } from 'vitest'
import { emptySet } from '../../../domain/sets/make-set.ts'
import { prefixesOf, rangesOf } from '../../../domain/sets/prefixes.ts'
import { setOf } from './sets.ts'

describe('prefixesOf', () => {
  it('G-03 merges a set to the smallest list, IPv4 first and by address', async () => {
    const set = await setOf(['10.0.0.0/25', '10.0.0.128/25', '10.0.0.7', '9.9.9.9', '2001:db8::/33', '2001:db8:8000::/33', '::1'])
    expect(prefixesOf(set)).toEqual(['9.9.9.9/32', '10.0.0.0/24', '::1/128', '2001:db8::/32'])
    expect(rangesOf(set)[1]).toEqual({ family: 4, first: 0x0a000000, last: 0x0a0000ff })
    expect(prefixesOf(await emptySet('IPSet'))).toEqual([])
  })
})
