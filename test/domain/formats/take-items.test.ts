import { describe, expect, it } from 'vitest'
import { takeItems } from '../../../domain/formats/take-items.ts'
import { BodyRefused } from '../../../domain/sets/body-refused.ts'
import { Entries } from '../../../domain/sets/entries.ts'

describe('takeItems', () => {
  it('F-09 S-03 gives way the more often the longer the items are: such may be hard to judge', async () => {
    let turns = 0
    await takeItems(Array.from({ length: 320 }, () => 'x'.repeat(1_024)), new Entries('DomainNameSet'), async () => void turns++)
    expect(turns).toBe(10)
  })

  it('F-09 S-03 gives way every few thousand items, however short', async () => {
    let turns = 0
    await takeItems(Array.from({ length: 8_192 }, () => 7), new Entries('IPSet'), async () => void turns++)
    expect(turns).toBe(2)
  })

  it('N-06 S-03 refuses more members than a set may hold as they come, not after the last', async () => {
    const entries = new Entries('IPSet', { members: 100, documentBytes: 1_000_000 })
    const list = Array.from({ length: 10_000 }, (_, n) => `10.0.${n >>> 8}.${n & 255}`)
    await expect(takeItems(list, entries, () => Promise.resolve())).rejects.toThrow(BodyRefused)
    expect(entries.count).toBeLessThan(5_000)
  })
})
