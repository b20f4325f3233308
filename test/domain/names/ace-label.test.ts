import { describe, expect, it } from 'vitest'
import { decodeAceLabel, isAceLabel } from '../../../domain/names/ace-label.ts'

describe('decodeAceLabel', () => {
  it('N-04 decodes a label to what it says in Unicode', () => {
    expect(decodeAceLabel('xn--bcher-kva')).toBe('bücher')
    expect(decodeAceLabel('xn--n3h')).toBe('☃')
    expect(isAceLabel('xn--n3h') && !isAceLabel('xn-n3h')).toBe(true)
  })

  it.each([
    ['xn--', 'nothing'],
    ['xn--abc-', 'only ASCII'],
    ['xn--0', 'a number that does not end'],
    ['xn--99999999', 'a code point beyond Unicode'],
    ['xn--bcher-kvA', 'another spelling than its own'],
  ])('N-05 finds %s broken: %s', (label) => {
    expect(decodeAceLabel(label)).toBeNull()
  })
})
