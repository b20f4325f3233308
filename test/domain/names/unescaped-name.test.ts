import { describe, expect, it } from 'vitest'
import { logName } from '../../../domain/names/canonical-name.ts'
import { unescapedName } from '../../../domain/names/unescaped-name.ts'

describe('a name as servers print it', () => {
  it.each([
    ['www.example.org.', 'www.example.org.'],
    ['b\\195\\188cher.example', 'bücher.example'],
    ['b\\195\\188CHER\\046x.example', 'büCHER\\046x.example'],
    ['a\\.b.example', 'a\\046b.example'],
    ['\\e\\x.\\097bc.example', 'ex.abc.example'],
    ['a\\\\b.example', 'a\\b.example'],
    ['x\\999.example', 'x\\999.example'],
    ['bücher.ex\\097mple', 'bücher.example'],
    ['ends in\\', 'ends in\\'],
    ['\\195.example', '\ufffd.example'],
  ])('Q-03 %j is %j', (text, name) => {
    expect(unescapedName(text)).toBe(name)
  })

  it('Q-03 N-04 is compared as what it is, and an escaped dot parts no labels', () => {
    expect(logName('B\\195\\156cher.Example.')).toBe('xn--bcher-kva.example')
    expect(logName('\\101vil.example')).toBe('evil.example')
    expect(logName('a\\.evil.example').split('.')).toHaveLength(2)
    expect(logName('a\\046evil.example').split('.')).toHaveLength(2)
  })
})
