import { describe, expect, it } from 'vitest'
import { NameBuilder } from '../../../domain/sets/name-builder.ts'
import { SET_LIMITS } from '../../../domain/sets/limits.ts'
import { readSet } from '../../../domain/sets/read-set.ts'

const encoder = new TextEncoder()

describe('a large list of names', () => {
  it('N-03 merges what it sorted before: more bytes than are kept unsorted', { timeout: 30_000 }, () => {
    const builder = new NameBuilder(SET_LIMITS)
    const names = Array.from({ length: 1_000 }, (_, i) => encoder.encode(`${'a.'.repeat(120)}${String(i).padStart(4, '0')}x`))
    // 200 times 1,000 names of 245 bytes are 49 MB, where 34 are kept.
    for (let i = 0; i < 200; i++) for (const name of names) builder.addBytes(name, 0, name.length)
    const built = builder.finish()
    expect(typeof built === 'string' ? built : [built.members, built.text.length]).toEqual([1_000, 1_000 * 246 - 1])
  })
})

describe('the text of a large set', () => {
  async function refusal(text: Uint8Array): Promise<string | null> {
    const result = await readSet(text, 'DomainNameSet')
    return result.ok ? null : result.message
  }

  it('N-06 is not taken back with a member too many', { timeout: 30_000 }, async () => {
    // Numbers of seven digits, without a string for each.
    const text = new Uint8Array(2_000_001 * 8 - 1).fill(0x0a)
    for (let i = 0; i < 2_000_001; i++) {
      for (let digit = 6, number = 1_000_000 + i; digit >= 0; digit--, number = Math.floor(number / 10)) text[i * 8 + digit] = 0x30 + (number % 10)
    }
    expect(await refusal(text)).toBe('the list has 2,000,001 members or more; one set may hold 2,000,000')
    expect(await refusal(text.subarray(0, -8))).toBeNull()
  })

  it('N-06 is not taken back with a byte too many', { timeout: 30_000 }, async () => {
    // Two members: six bytes of a document around the characters of their names.
    const text = new Uint8Array(90_000_000 - 6 + 2).fill(0x61)
    text.set(encoder.encode('\nb'), text.length - 2)
    expect(await refusal(text)).toBe(
      'the list comes to 90,000,001 bytes as a document with its first 2 members; one set may have 90,000,000',
    )
    expect(await refusal(text.subarray(1))).toBeNull()
  })
})
