import { describe, expect, it } from 'vitest'
import { Gathered } from '../../../adapters/kubernetes/gathered.ts'

describe('names gathered', () => {
  it('are due once, when nothing more came for the quiet time, each on its own', () => {
    let now = 0
    const gathered = new Gathered({ quietMs: 5, mostMs: 20 }, () => now)
    gathered.add(['a', 'b'])
    now = 4
    gathered.add(['a'])
    expect(gathered.due()).toEqual([])
    now = 5
    expect(gathered.due()).toEqual(['b'])
    expect(gathered.due()).toEqual([])
    now = 8
    expect(gathered.due()).toEqual([])
    now = 9
    expect(gathered.due()).toEqual(['a'])
    now = 100
    expect(gathered.due()).toEqual([])
  })

  it('G-05 are due at the latest so long after the first, however often more comes', () => {
    let now = 0
    const gathered = new Gathered({ quietMs: 5, mostMs: 20 }, () => now)
    for (now = 0; now < 20; now += 2) {
      gathered.add(['a'])
      expect(gathered.due()).toEqual([])
    }
    expect(gathered.due()).toEqual(['a'])
    gathered.add(['a'])
    now = 24
    expect(gathered.due()).toEqual([])
  })

  it('are told until it is aborted; a failure of the telling ends it', async () => {
    const gathered = new Gathered({ quietMs: 1, mostMs: 20 })
    const stop = new AbortController()
    const told: string[] = []
    const telling = gathered.tellForEver(async (name) => {
      told.push(name)
      if (name === 'bad') throw new Error('not told')
    }, stop.signal)
    gathered.add(['good'])
    await expect.poll(() => told).toEqual(['good'])
    gathered.add(['bad'])
    await expect(telling).rejects.toThrow('not told')
    const again = gathered.tellForEver(async () => undefined, stop.signal)
    stop.abort()
    await expect(again).rejects.toThrow('aborted')
  })
})
