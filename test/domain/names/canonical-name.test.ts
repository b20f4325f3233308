import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unicodeName } from '../../../domain/names/ace-label.ts'
import { canonicalName, logName } from '../../../domain/names/canonical-name.ts'

function canonical(entry: string): string {
  const name = canonicalName(entry)
  return typeof name === 'string' ? name : `rejected: ${name.rejected}`
}

const LABEL_63 = 'a'.repeat(63)
/** Seconds of work for whoever tries each of them as the first of the last dots, far less than a millisecond's for who does not. */
const MANY_DOTS = `!${'.'.repeat(40_000)}!`

describe('canonicalName', () => {
  it.each([
    ['malware.badstuff', 'malware.badstuff'],
    ['Hackers.R.US', 'hackers.r.us'],
    ['.example.com.', 'example.com'],
    ['。example。com。', 'example.com'],
    [' example.com ', 'example.com'],
    ['_dmarc.exa_mple.com', '_dmarc.exa_mple.com'],
    ['-a-.com', '-a-.com'],
    ['ab--cd.com', 'ab--cd.com'],
    ['a.b1', 'a.b1'],
    ['a.0x10', 'a.0x10'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['straße.de', 'xn--strae-oqa.de'],
    ['faß.de', 'xn--fa-hia.de'],
    ['☃.net', 'xn--n3h.net'],
    ['💩.la', 'xn--ls8h.la'],
    ['ｅｘａｍｐｌｅ．ｃｏｍ', 'example.com'],
    ['ex\u00adample.com', 'example.com'],
    ['א.com', 'xn--4db.com'],
    ['例え.テスト', 'xn--r8jz45g.xn--zckzah'],
    ['FAẞ.de', 'xn--fa-hia.de'],
    ['<\u0338.example', 'xn--gdh.example'],
    ['א.ב', 'xn--4db.xn--5db'],
    ['ü.a1', 'xn--tda.a1'],
    ['ü.1a', 'xn--tda.1a'],
    [`a.b${'\u00ad'.repeat(1_021)}`, 'a.b'],
    [`ü.${LABEL_63}.${LABEL_63}.${LABEL_63}.${'a'.repeat(53)}`, `xn--tda.${LABEL_63}.${LABEL_63}.${LABEL_63}.${'a'.repeat(53)}`],
    [`${LABEL_63}.com`, `${LABEL_63}.com`],
    [`${LABEL_63}.${LABEL_63}.${LABEL_63}.${'a'.repeat(61)}`, `${LABEL_63}.${LABEL_63}.${LABEL_63}.${'a'.repeat(61)}`],
  ])('N-04 writes %j as %s', (entry, name) => {
    expect(canonical(entry)).toBe(name)
  })

  it.each([
    ['1.2.3.4', 'an-address'],
    ['1.2.3.0/24', 'an-address'],
    ['1.2.3.4:53', 'an-address'],
    ['2001:db8::1', 'an-address'],
    ['[2001:db8::1]', 'an-address'],
    ['１.２.３.４', 'an-address'],
    [' 1.2.3.4:53 ', 'an-address'],
    ['localhost', 'single-label'],
    ['com.', 'single-label'],
    ['a..com', 'empty-label'],
    ['..', 'empty-label'],
    ['a.\u00ad.com', 'empty-label'],
    [`${LABEL_63}a.com`, 'label-too-long'],
    [`${'ü'.repeat(60)}.com`, 'label-too-long'],
    [`${LABEL_63}.${LABEL_63}.${LABEL_63}.${'a'.repeat(62)}`, 'name-too-long'],
    ['a.'.repeat(600), 'name-too-long'],
    [`ü.${LABEL_63}.${LABEL_63}.${LABEL_63}.${'a'.repeat(54)}`, 'name-too-long'],
    [`a.b${'\u00ad'.repeat(1_022)}`, 'name-too-long'],
    ['host.123', 'numeric-last-label'],
    ['host.909', 'numeric-last-label'],
    ['ü.a.123', 'numeric-last-label'],
    ['host.１２３', 'numeric-last-label'],
    ['*.example.com', 'wildcard'],
    ['xn--a.com', 'invalid-punycode'],
    ['xn--.com', 'invalid-punycode'],
    ['xn--abc-.com', 'invalid-punycode'],
    ['XN--0.com', 'invalid-punycode'],
    // Decodes to a capital, to a full-width letter, to another ACE label: not what UTS-46 would ever make.
    ['xn--Bcher-kva-.com', 'invalid-punycode'],
    ['xn--xn---epa.com', 'invalid-punycode'],
    ['http://example.com/', 'forbidden-character'],
    ['example.com/path', 'forbidden-character'],
    ['example.com?x', 'forbidden-character'],
    ['example.com#x', 'forbidden-character'],
    ['user@example.com', 'forbidden-character'],
    ['example.com:80', 'forbidden-character'],
    ['example.com\\x', 'forbidden-character'],
    ['ex%61mple.com', 'forbidden-character'],
    ['exa\tmple.com', 'forbidden-character'],
    ['exa\nmple.com', 'forbidden-character'],
    ['exa mple.com', 'forbidden-character'],
    ['ex!ample.com', 'forbidden-character'],
    ['a,b.com', 'forbidden-character'],
    ['℀.com', 'forbidden-character'],
    ['אb.com', 'forbidden-character'],
    // A right-to-left label anywhere, and the bidi rule holds for all of them: one may not begin with a digit.
    ['0a.א', 'forbidden-character'],
    ['<.com', 'forbidden-character'],
    ['\ud800.com', 'forbidden-character'],
    ['a\u200db.com', 'forbidden-character'],
    ['', 'empty'],
    ['  ', 'empty'],
  ])('N-05 rejects %j: %s', (entry, reason) => {
    expect(canonical(entry)).toBe(`rejected: ${reason}`)
  })

  it('N-05 rejects what is far too long at once, however many dots it holds', { timeout: 1_000 }, () => {
    expect(canonical(MANY_DOTS)).toBe('rejected: name-too-long')
  })

  const unicodeLabel = fc.string({ unit: fc.constantFrom(...'aBz019-_éüßñжд例え中אب'), minLength: 1, maxLength: 12 })

  it('N-04 is stable, whichever spelling of a name comes in', () => {
    fc.assert(
      fc.property(fc.array(unicodeLabel, { minLength: 2, maxLength: 4 }), (labels) => {
        const name = canonicalName(labels.join('.'))
        if (typeof name !== 'string') return
        for (const spelling of [name, name.toUpperCase(), `.${name}.`, unicodeName(name)]) expect(canonical(spelling)).toBe(name)
      }),
    )
  })

  it('N-05 lets nothing through but letters, digits, - and _, whatever comes in', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.string({ maxLength: 8 }), unicodeLabel), (text) => {
        const name = canonicalName(`${text}.example`)
        if (typeof name === 'string') expect(name).toMatch(/^(?:[a-z0-9_-]{1,63}\.)+[a-z0-9_-]{1,63}$/)
      }),
      { numRuns: 500 },
    )
  })

  it('N-04 takes the fast path only where the platform agrees', () => {
    const ascii = fc.string({ unit: fc.constantFrom(...'aXn-_09'), minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.array(ascii, { minLength: 2, maxLength: 4 }), (labels) => {
        const name = canonicalName(labels.join('.'))
        if (typeof name === 'string') expect(new URL(`http://${labels.join('.')}.x/`).hostname).toBe(`${name}.x`)
      }),
      { numRuns: 500 },
    )
  })
})

describe('logName', () => {
  it('N-04 compares what maps by its canonical form, and what does not by its lower-cased text', () => {
    expect(logName('BÜCHER.Example.')).toBe('xn--bcher-kva.example')
    expect(logName('*.Example.COM.')).toBe('*.example.com')
    expect(logName('LocalHost.')).toBe('localhost')
    expect(logName('.')).toBe('')
    expect(logName('My Printer.Example')).toBe('my printer.example')
    expect(logName('.\u3002\uff0e\uff61! \u3002!\uff61\uff0e\u3002.')).toBe('! \u3002!')
  })

  it('N-04 trims the outer dots of a text of any length and looks at no others', { timeout: 1_000 }, () => {
    expect(logName(`..${MANY_DOTS}..`)).toBe(MANY_DOTS)
  })
})

describe('unicodeName', () => {
  it('N-04 shows the Unicode form, and leaves what does not decode', () => {
    expect(unicodeName('xn--bcher-kva.example')).toBe('bücher.example')
    expect(unicodeName('xn--0.example')).toBe('xn--0.example')
  })
})
