import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalName } from '../../../domain/names/canonical-name.ts'
import { copyPlainName } from '../../../domain/names/plain-name.ts'
import { patience, runs } from '../../runs.ts'
import { pack, unpack } from '../sets/packed.ts'
import { anyEntryBytes } from './entries.ts'

/** Room for the longest name. */
const WORDS = 64

/** What is copied of an entry that stands inside a larger buffer, to a place inside another; null when not all of it is plain. */
function copied(bytes: Uint8Array): string | null {
  const from = Uint8Array.from([0x2e, ...bytes, 0x61])
  const to = new Uint32Array(7 + WORDS + 1).fill(0x41414141)
  const length = copyPlainName(from, 1, 1 + bytes.length, to, 7)
  expect([...to.subarray(0, 7), ...to.subarray(7 + WORDS)].every((word) => word === 0x41414141)).toBe(true)
  if (length === 0 || length < bytes.length) return null
  const name = unpack(to.subarray(7))
  expect(to.subarray(7, 7 + (length >>> 2) + 1)).toEqual(pack([name]))
  return name
}

function plain(entry: string): string | null {
  return copied(new TextEncoder().encode(entry))
}

const LABEL_63 = 'a'.repeat(63)
const NAME_253 = `${LABEL_63}.${LABEL_63}.${LABEL_63}.${'a'.repeat(61)}`

describe('copyPlainName', () => {
  it.each([
    ['Evil.EXAMPLE', 'evil.example'],
    ['a.b', 'a.b'],
    ['_dmarc.exa_mple.com', '_dmarc.exa_mple.com'],
    ['-a-.9a', '-a-.9a'],
    ['1.2.3.4a', '1.2.3.4a'],
    ['xn-.xna.x', 'xn-.xna.x'],
    ['xn-ab.xa--b.an--b.xnn-b.x', 'xn-ab.xa--b.an--b.xnn-b.x'],
    ['a.1-', 'a.1-'],
    [`${LABEL_63}.com`, `${LABEL_63}.com`],
    [NAME_253, NAME_253],
  ])('N-04 copies %s in lower case', (entry, name) => {
    expect(plain(entry)).toBe(name)
  })

  it.each([
    ['', 'nothing'],
    ['localhost', 'a single label'],
    ['.a.b', 'an empty first label'],
    ['a..b', 'an empty label'],
    ['a.b.', 'an empty last label'],
    ['a.0', 'a number at the end'],
    ['a.909', 'a number with the last digit in it'],
    ['1.2.3.4', 'an address'],
    ['a.b c', 'a space'],
    ['*.a.b', 'a wildcard'],
    ['bücher.de', 'what is not ASCII'],
    ['xn--bcher-kva.de', 'ACE'],
    ['a.XN--P1AI', 'ACE at the end'],
    ['a.xn--', 'an empty ACE label'],
    [`${LABEL_63}a.com`, 'a label of 64'],
    [`a.${LABEL_63}a`, 'a last label of 64'],
    [`${NAME_253}a`, 'a name of 254'],
  ])('N-05 leaves %s to the slow path: %s', (entry) => {
    expect(plain(entry)).toBeNull()
  })

  it.each([
    ['evil.example\nother.example', 12],
    ['evil.example # seen', 12],
    ['evil.example', 12],
    [`${NAME_253}\n`, 253],
    [`${NAME_253}a\n`, 0],
    ['evil.7\n', 0],
    ['evil.\n', 0],
    ['\nevil.example', 0],
  ])('N-04 N-05 ends a name before what no plain name has: %j after %i bytes', (text, length) => {
    const bytes = new TextEncoder().encode(text)
    expect(copyPlainName(bytes, 0, bytes.length, new Uint32Array(WORDS), 0)).toBe(length)
  })

  it('N-04 N-05 says what the slow path says, and of plain names says it itself', { timeout: patience(2_000) }, () => {
    fc.assert(
      fc.property(anyEntryBytes, (bytes) => {
        const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
        const name = canonicalName(text)
        const isPlain = typeof name === 'string' && name === text.toLowerCase() && !/(?:^|\.)xn--/.test(name)
        expect(copied(bytes)).toBe(isPlain ? name : null)
      }),
      { numRuns: runs(2_000) },
    )
  })
})
