import { describe, expect, it } from 'vitest'
import { seeded } from '../../../bench/measure/random.ts'
import { generateAddresses, generateNames } from '../../../bench/parse/generate.ts'
import { parseBody } from '../../../domain/formats/parse-body.ts'
import type { Content } from '../../../domain/feed/content.ts'
import { atOnce } from '../../../domain/formats/give-way.ts'
import { rangesOf } from '../../../domain/sets/prefixes.ts'

async function parsed(members: readonly string[], content: Content) {
  const body = new Blob([members.join('\n')]).stream()
  const result = await parseBody(body, { content, format: { kind: 'newline' }, allowEmpty: false })
  if (!result.ok) throw new Error(result.message)
  return result.parsed
}

describe('generated lists', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(generateAddresses(50, seeded(1))).toEqual(generateAddresses(50, seeded(1)))
    expect(generateNames(50, seeded(1))).toEqual(generateNames(50, seeded(1)))
    expect(generateNames(50, seeded(2))).not.toEqual(generateNames(50, seeded(1)))
  })

  it('hold unique valid addresses, some side by side, and others beside them', async () => {
    const { members, others } = generateAddresses(5_000, seeded(1))
    const { set, rejections } = await parsed([...members, ...others], 'IPSet')
    expect(set.members).toBe(10_000)
    expect(rejections.counts).toEqual({})
    const ranges = atOnce(rangesOf(set)).length
    expect(ranges).toBeGreaterThan(7_000)
    expect(ranges).toBeLessThan(9_000)
  })

  it('hold unique canonical names of about 20 bytes with the line end', async () => {
    const { members, others } = generateNames(5_000, seeded(2))
    const { set, rejections } = await parsed([...members, ...others], 'DomainNameSet')
    expect(set.members).toBe(10_000)
    expect(rejections.counts).toEqual({})
    expect(new Set(new TextDecoder().decode(set.text).split('\n'))).toEqual(new Set([...members, ...others]))
    expect(Math.round((set.text.length + 1) / set.members)).toBe(20)
  })
})
