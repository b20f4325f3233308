import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { delta, intersect, subtract, union } from '../../../domain/sets/algebra.ts'
import { emptySet } from '../../../domain/sets/make-set.ts'
import { setOf } from './sets.ts'

// Members whose texts are beginnings of each other, of both families and lengths, few enough to meet.
const entry = fc.constantFrom('1.1.1.1', '1.1.1.10', '128.0.0.0/1', '128.0.0.0/16', '10.0.0.0/8', '9.0.0.0/8', '::1', '::', '8000::/1', '8000::/12')
const entries = fc.uniqueArray(entry)

describe('set algebra', () => {
  it('Q-07 merges two canonical texts as the sets they are', async () => {
    await fc.assert(
      fc.asyncProperty(entries, entries, async (first, second) => {
        const [a, b] = [await setOf(first), await setOf(second)]
        expect(await union(a, b)).toEqual(await setOf([...first, ...second]))
        expect(await intersect(a, b)).toEqual(await setOf(first.filter((one) => second.includes(one))))
        expect(await subtract(a, b)).toEqual(await setOf(first.filter((one) => !second.includes(one))))
        expect(await delta(a, b)).toEqual({ added: await subtract(b, a), removed: await subtract(a, b) })
      }),
    )
  })

  it('Q-07 does not combine addresses with names', async () => {
    const names = await emptySet('DomainNameSet')
    const addresses = await emptySet('IPSet')
    expect(() => union(addresses, names)).toThrow(new TypeError('sets of IPSet and DomainNameSet cannot be combined'))
  })
})
