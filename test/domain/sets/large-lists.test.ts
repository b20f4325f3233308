import { describe, expect, it } from 'vitest'
import { NameBuilder } from '../../../domain/sets/name-builder.ts'
import { SET_LIMITS } from '../../../domain/sets/limits.ts'

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
