import { describe, expect, it } from 'vitest'
import { compare, type MeasuredServer } from '../../../bench/search/measure.ts'

/** A server whose processor time moves with what the ways say they cost. */
function server() {
  let [cpu, requests] = [0, 0]
  const lines: string[] = []
  const measured: MeasuredServer = { cpuMs: () => cpu, idleShare: () => 0, requests: () => requests, progress: (line) => void lines.push(line) }
  const way = (name: string, costs: readonly number[], found: readonly string[] | null) => {
    let times = 0
    return {
      name,
      times: () => times,
      async run() {
        cpu += costs[Math.min(times, costs.length - 1)] ?? 0
        requests += 2
        times += 1
        return found === null ? null : new Set(found)
      },
    }
  }
  return { measured, lines, way }
}

describe('ways side by side', () => {
  it('are told by what one search costs the server, the first searches left out', async () => {
    const { measured, lines, way } = server()
    const [short, slow] = [way('short', [40, 4], ['a', 'b']), way('slow', [400, 300], ['b', 'a'])]
    const costs = await compare(measured, 'hits', [short, slow, way('nothing', [1], null)])
    expect(costs.map(({ name, hits, serverMs, requests }) => [name, hits, serverMs, requests])).toEqual([
      ['short', 2, 4, 2],
      ['slow', 2, 300, 2],
      ['nothing', null, 1, 2],
    ])
    expect(lines).toHaveLength(3)
  })

  it('that take long are measured once', async () => {
    const { measured, way } = server()
    const long = way('long', [5_000, 1], ['a'])
    expect(await compare(measured, 'hits', [long])).toMatchObject([{ serverMs: 5_000 }])
    expect(long.times()).toBe(1)
  })

  it('must find the same logs', async () => {
    const { measured, way } = server()
    await expect(compare(measured, 'hits', [way('one', [1], ['a', 'b']), way('other', [1], ['a', 'c'])])).rejects.toThrow(
      'hits: other found 2 logs, one 2, of which the other has 1 not',
    )
    await expect(compare(measured, 'hits', [way('one', [1], ['a']), way('more', [1], ['a', 'c'])])).rejects.toThrow('more found 2 logs, one 1')
  })
})
