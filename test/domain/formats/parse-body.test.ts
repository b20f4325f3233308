import { describe, expect, it } from 'vitest'
import { parseBody } from '../../../domain/formats/parse-body.ts'
import { csv, json, members, NEWLINE, parse, parsed, refusal } from './bodies.ts'

const NAMES = { ...NEWLINE, content: 'DomainNameSet' as const }

describe('what is no list', () => {
  it.each([
    '<!DOCTYPE html>\n<html><body>1.1.1.1\n2.2.2.2\n</body></html>',
    '\n\n  <html lang="en">\n1.1.1.1\n',
    '\ufeff<!doctype\nhtml>\n1.1.1.1\n',
    '<HEAD>\n1.1.1.1\n',
    '<!-- moved -->\n1.1.1.1\n',
    '<html',
  ])('P-11 refuses the HTML page %j in every format', async (body) => {
    for (const options of [NEWLINE, NAMES, csv({}), json('$')]) {
      expect(await refusal(body, options)).toBe('the body is an HTML page, where a list was expected')
    }
  })

  it('P-11 says that of an HTML page before any other fault, in whatever chunks it comes', async () => {
    for (const body of ['<!--a,b\n1.1.1.1\n2.2.2.2,x\n', '\ufeff \n<html>,b\n1.1.1.1\n']) {
      for (const size of [1, 2, 10, 100]) {
        const result = await parse(body, csv({}), size)
        expect(result).toEqual({ ok: false, message: 'the body is an HTML page, where a list was expected' })
      }
    }
  })

  it('P-11 looks for HTML in the first 1,024 bytes, and holds no more of a blank beginning', async () => {
    expect(await refusal(`${'\n'.repeat(1000)}<html>\n1.1.1.1\n`)).toContain('HTML')
    for (const size of [1, 1024, 65_536]) {
      const result = await parse(`${'\n'.repeat(1024)}<html>\n1.1.1.1\n`, NEWLINE, size)
      expect(result.ok && result.parsed.rejections.counts).toEqual({ 'not-an-address': 1 })
    }
    expect(await refusal(' '.repeat(100_000))).toBe('the body is empty')
  })

  it('P-11 does not take for HTML what only begins like it', async () => {
    expect(await members('<htmlx>\n1.1.1.1\n')).toEqual(['1.1.1.1/32'])
  })

  it('P-11 stops reading an HTML page as soon as it is seen to be one', async () => {
    let read = 0
    async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
      for (;;) {
        read++
        yield new TextEncoder().encode(`<!doctype html>${' '.repeat(100)}`)
      }
    }
    expect((await parseBody(endless(), NEWLINE)).ok).toBe(false)
    expect(read).toBe(1)
  })

  it('P-11 refuses an empty or blank body, even where an empty list is accepted', async () => {
    for (const body of ['', '\n', ' \r\n\t\n', '\ufeff', '\ufeff\n']) {
      for (const options of [NEWLINE, csv({}), json('$')]) {
        expect(await refusal(body, { ...options, allowEmpty: true })).toBe('the body is empty')
      }
    }
  })

  it('P-11 refuses a well-formed empty list, says what accepts it, and then accepts it', async () => {
    const empty = [
      ['# nothing today\n', NEWLINE],
      ['# nothing today\n\n', csv({ commentDelimiter: '#' })],
      ['ip,note\n', csv({ header: true, fieldName: 'ip' })],
      ['[]', json('$')],
    ] as const
    for (const [body, options] of empty) {
      expect(await refusal(body, options)).toContain('threatfeeds.projectcalico.org/allow-empty: "true"')
      const { set, entries } = await parsed(body, { ...options, allowEmpty: true })
      expect({ members: set.members, entries, sha256: set.sha256 }).toEqual({
        members: 0,
        entries: 0,
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      })
    }
  })

  it('P-11 refuses a body in which nothing is valid, with counts and no entry', async () => {
    expect(await refusal('secret-canary one\n10.1\nsecret-canary two\n', { ...NEWLINE, allowEmpty: true })).toBe(
      'none of the 3 entries is an address or prefix (2 not-an-address, 1 short-or-hex-form)',
    )
    expect(await refusal('x\n')).toBe('the one entry is not an address or prefix (1 not-an-address)')
  })

  it('P-11 says that a list is of the other kind', async () => {
    expect(await refusal('malware.example\nevil.example\n')).toContain('they are domain names, as in a DomainNameSet')
    expect(await refusal('1.1.1.1\n2.2.2.2\n', NAMES)).toContain('they are addresses, as in an IPSet')
    expect(await refusal('malware.example\n10.1\n')).not.toContain('DomainNameSet')
  })

  it('P-11 lets an error of the body itself through', async () => {
    async function* broken(): AsyncGenerator<Uint8Array, void, undefined> {
      yield new TextEncoder().encode('1.1.1.1\n')
      throw new Error('connection reset')
    }
    await expect(parseBody(broken(), NEWLINE)).rejects.toThrow('connection reset')
  })
})

describe('rejected entries', () => {
  it('F-12 never fail a pull by themselves: they are counted, with the first ten as samples', async () => {
    const bad = Array.from({ length: 25 }, (_, i) => `bad${i}`).join('\n')
    const { set, entries, rejections } = await parsed(`${bad}\n1.1.1.1\n10.1\n`)
    expect([set.members, entries]).toEqual([1, 27])
    expect(rejections.counts).toEqual({ 'not-an-address': 25, 'short-or-hex-form': 1 })
    expect(rejections.samples).toHaveLength(10)
    expect(rejections.samples[9]).toEqual({ line: 10, value: 'bad9', reason: 'not-an-address' })
  })

  it('F-12 show at most 32 printable characters', async () => {
    const { rejections } = await parsed(`1.1.1.1\n\u001b[31m\u202e\u0000a\tb${'😀'.repeat(40)}\n`)
    expect(rejections.samples[0]?.value).toBe(`?[31m??a b${'😀'.repeat(22)}`)
  })
})

describe('members', () => {
  it('N-03 are unique, sorted by code point, joined by one newline, and named by their hash', async () => {
    const { set } = await parsed('9.9.9.9\n10.0.0.0/8\n2001:db8::1\n1.1.1.1/32\n1.1.1.1\n10.9.9.9/8\n1.1.1.0/24\n100.0.0.0/8\n10.0.0.0/16\n::1\n')
    expect(new TextDecoder().decode(set.text)).toBe(
      ['1.1.1.0/24', '1.1.1.1/32', '10.0.0.0/16', '10.0.0.0/8', '100.0.0.0/8', '2001:db8::1/128', '9.9.9.9/32', '::1/128'].join('\n'),
    )
    const { set: same } = await parsed('["::1", "9.9.9.9", "2001:DB8::1", "10.0.0.0/16", "100.0.0.0/8", "10.0.0.0/8", "1.1.1.0/24", "1.1.1.1"]', json('$'))
    expect(same).toEqual(set)
  })
})
