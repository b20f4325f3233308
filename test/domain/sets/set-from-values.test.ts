import { describe, expect, it } from 'vitest'
import type { Content } from '../../../domain/feed/content.ts'
import { setFromValues } from '../../../domain/sets/set-from-values.ts'
import { list } from './sets.ts'

async function message(values: unknown, content: Content = 'IPSet'): Promise<string> {
  const result = await setFromValues(values, content)
  return result.ok ? `taken with ${result.parsed.set.members} members` : result.message
}

async function taken(values: unknown, content: Content = 'IPSet'): Promise<string[]> {
  const result = await setFromValues(values, content)
  if (!result.ok) throw new Error(result.message)
  return list(result.parsed.set)
}

describe('setFromValues', () => {
  it('S-03 V-22 takes the documents of the reference page', async () => {
    expect(await taken(['99.99.99.99/32', '100.100.100.0/24'])).toEqual(['100.100.100.0/24', '99.99.99.99/32'])
    expect(await taken(['malware.badstuff', 'hackers.r.us'], 'DomainNameSet')).toEqual(['hackers.r.us', 'malware.badstuff'])
  })

  it('S-03 normalises: bare addresses, host bits, Unicode, duplicates', async () => {
    expect(await taken(['10.1.2.3/8', ' 1.1.1.1 ', '1.1.1.1/32', '2001:DB8::1'])).toEqual(['1.1.1.1/32', '10.0.0.0/8', '2001:db8::1/128'])
    expect(await taken(['BÜCHER.example.', 'xn--bcher-kva.example'], 'DomainNameSet')).toEqual(['xn--bcher-kva.example'])
  })

  it('S-03 takes a lone string as a list of one, and an empty list as an empty set', async () => {
    expect(await taken('1.1.1.1')).toEqual(['1.1.1.1/32'])
    expect(await taken([])).toEqual([])
  })

  it('S-03 counts single bad entries as rejected', async () => {
    const result = await setFromValues(['1.1.1.1', 'evil.example', ''], 'IPSet')
    expect(result.ok && result.parsed.rejections).toEqual({
      counts: { 'not-an-address': 1, empty: 1 },
      samples: [
        { line: 2, value: 'evil.example', reason: 'not-an-address' },
        { line: 3, value: '', reason: 'empty' },
      ],
    })
  })

  it.each([
    [undefined, 'the document has no field ips'],
    [null, 'field ips holds null, where an array of strings is wanted'],
    [5, 'field ips holds a number, where an array of strings is wanted'],
    [{ gte: '1.1.1.1' }, 'field ips holds an object, where an array of strings is wanted'],
    [[1, 2], 'field ips holds an array of numbers, where an array of strings is wanted'],
    [[{}, null], 'field ips holds an array of objects and nulls, where an array of strings is wanted'],
    [['1.1.1.1', ['2.2.2.2']], 'field ips holds an array as item 2, where an array of strings is wanted'],
  ])('S-03 refuses the shape %j and names the field', async (values, expected) => {
    expect(await message(values)).toBe(expected)
  })

  it('S-03 refuses text of the other kind, without quoting it', async () => {
    expect(await message(['evil.example', 'bad.example'])).toBe(
      'field ips: none of the 2 entries is an address or prefix (2 not-an-address); they are domain names, as in a DomainNameSet',
    )
    expect(await message(['1.1.1.1'], 'DomainNameSet')).toBe(
      'field domains: the one entry is not a domain name (1 an-address); they are addresses, as in an IPSet',
    )
    expect(await message(undefined, 'DomainNameSet')).toBe('the document has no field domains')
  })

  it('S-03 gives way every few thousand values, and ends with what that throws', async () => {
    let turns = 0
    const values = Array.from({ length: 10_000 }, () => '1.1.1.1')
    expect(await setFromValues(values, 'IPSet', async () => void turns++)).toMatchObject({ ok: true, parsed: { entries: 10_000 } })
    expect(turns).toBe(2)
    await expect(setFromValues(values, 'IPSet', () => Promise.reject(new Error('cancelled')))).rejects.toThrow('cancelled')
  })
})
