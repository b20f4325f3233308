import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spansBetween } from '../../../domain/search/spans.ts'
import { partsOf, type Stretch } from '../../../domain/search/stretches.ts'
import type { LogWindow, Span } from '../../../domain/search/window.ts'

function window(number: number, checkpoints: readonly (number | null)[] = []): LogWindow {
  const points = checkpoints.flatMap((checkpoint, shard) => (checkpoint === null ? [] : [{ index: 'a', uuid: 'u', history: 'h', shard, checkpoint }]))
  return { kind: 'flow', number, id: `w${number}`, cutAt: '', points }
}
const [one, two, three, four, five] = [window(1), window(2), window(3), window(4), window(5)]
const numbers = (parts: readonly Stretch[]) => parts.map(({ from, to }) => [from?.number ?? 0, to.number])

describe('partsOf', () => {
  it('Q-06 takes kept stretches from both ends, and one more for what they leave out', () => {
    const kept = [{ from: one, to: two }, { from: four, to: five }]
    expect(numbers(partsOf({ from: one, to: five }, kept))).toEqual([[1, 2], [2, 4], [4, 5]])
    expect(numbers(partsOf({ from: one, to: two }, kept))).toEqual([[1, 2]])
    expect(numbers(partsOf({ from: null, to: five }, kept))).toEqual([[0, 4], [4, 5]])
    expect(numbers(partsOf({ from: two, to: four }, kept))).toEqual([[2, 4]])
  })

  it('Q-06 takes the longest of several, none that goes beyond, and the beginning of everything for a window of its own', () => {
    const kept = [{ from: null, to: one }, { from: null, to: three }, { from: three, to: four }, { from: two, to: four }, { from: three, to: five }]
    expect(numbers(partsOf({ from: null, to: four }, kept))).toEqual([[0, 3], [3, 4]])
    expect(numbers(partsOf({ from: one, to: four }, kept))).toEqual([[1, 2], [2, 4]])
  })

  it('Q-06 leaves out no log, whichever stretches are kept and however shards came, went and went back', () => {
    const vectors = fc.array(fc.tuple(...[0, 1, 2].map(() => fc.option(fc.nat(9)))), { minLength: 2, maxLength: 7 })
    const places = fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 12 })
    fc.assert(
      fc.property(vectors, places, fc.boolean(), (checkpoints, pairs, fromZero) => {
        const windows = [null, ...checkpoints.map((points, i) => window(i + 1, points))]
        const kept = pairs.flatMap(([a, b]): Stretch[] => {
          const to = windows[Math.max(a, b)]
          return a === b || to === undefined || to === null ? [] : [{ from: windows[Math.min(a, b)] ?? null, to }]
        })
        const to = windows.at(-1)
        if (to === undefined || to === null) return
        const stretch = { from: fromZero ? null : (windows[1] ?? null), to }
        const parts = partsOf(stretch, kept)
        const held = logsOf(parts.flatMap((part) => spansBetween(part.from?.points ?? null, part.to.points)))
        const wanted = logsOf(spansBetween(stretch.from?.points ?? null, to.points))
        expect([...wanted].filter((log) => !held.has(log))).toEqual([])
        expect(parts.filter((part) => !kept.includes(part)).length).toBeLessThan(2)
      }),
    )
  })
})

function logsOf(spans: readonly Span[]): ReadonlySet<string> {
  return new Set(spans.flatMap(({ shard, after, upTo }) => Array.from({ length: upTo - after }, (_, i) => `${shard}/${after + 1 + i}`)))
}
