import { describe, expect, it } from 'vitest'
import { csv, json, members, NEWLINE } from './bodies.ts'

/** The examples of the reference page do what it says (contract V-22); the page's text has lost the `#` of its comments. */
describe('the reference page', () => {
  it.each(['# This is an IP Prefix', ' This is an IP Prefix'])('V-22 reads its list of addresses, with %j on its first line', async (comment) => {
    const list = `${comment}\n100.100.100.0/24\n# This is an address\n99.99.99.99\n`
    expect(await members(list)).toEqual(['100.100.100.0/24', '99.99.99.99/32'])
  })

  it.each(['# Suspicious domains', ' Suspicious domains'])('V-22 reads its list of names, with %j on its first line', async (comment) => {
    const list = `${comment}\nmalware.badstuff\nhackers.r.us\n`
    expect(await members(list, { ...NEWLINE, content: 'DomainNameSet' })).toEqual(['hackers.r.us', 'malware.badstuff'])
  })

  it('V-22 reads ["a", "b"] with $. and {"a": ["b", "c"]} with $.a', async () => {
    const names = { content: 'DomainNameSet' as const }
    expect(await members('["a.example", "b.example"]', { ...json('$.'), ...names })).toEqual(['a.example', 'b.example'])
    expect(await members('{"a": ["b.example", "c.example"]}', { ...json('$.a'), ...names })).toEqual(['b.example', 'c.example'])
  })

  it('V-22 reads csv by number and by name', async () => {
    expect(await members('x,99.99.99.99\n', csv({ fieldNum: 1 }))).toEqual(['99.99.99.99/32'])
    expect(await members('#c\nid,ip\nx,99.99.99.99\n', csv({ commentDelimiter: '#', header: true, fieldName: 'ip' }))).toEqual(['99.99.99.99/32'])
  })
})
