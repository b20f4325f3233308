import { describe, expect, it } from 'vitest'
import { hidesName } from '../../../domain/search/hidden.ts'

const LONG = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example.`

describe('what a mapping left out of a log', () => {
  it('Q-11 may have been a name of up to 253 octets and the dot of the root', () => {
    expect(hidesName({ qname: LONG }, 'qname')).toBe(true)
    expect(hidesName({ qname: `${'x'.repeat(255)}` }, 'qname')).toBe(false)
    expect(hidesName({}, 'qname')).toBe(false)
  })

  it('Q-11 is looked for in every answer', () => {
    expect(hidesName({ rrsets: [{ name: 'short.example' }, { name: LONG }] }, 'rrsets.name')).toBe(true)
    expect(hidesName({ rrsets: { name: LONG } }, 'rrsets.name')).toBe(true)
  })

  it('Q-11 is the longest data of the answers: keys and prose beside names hide none, a name inside longer data is hidden', () => {
    const name = { type: 'CNAME', rdata: ['cdn.example'] }
    expect(hidesName({ rrsets: [name, { type: 'TXT', rdata: ['v=DKIM1; p='.padEnd(400, 'k')] }] }, 'rrsets.rdata')).toBe(false)
    expect(hidesName({ rrsets: [name, { type: 'SOA', rdata: [`${LONG} ${LONG} 1 2 3 4 5`] }] }, 'rrsets.rdata')).toBe(true)
    expect(hidesName({ rrsets: [{ type: 'AAAA', rdata: ['2001:db8::1'] }] }, 'rrsets.rdata')).toBe(false)
  })
})
