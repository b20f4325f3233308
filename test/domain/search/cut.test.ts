import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextPoints, pointKey } from '../../../domain/search/cut.ts'
import { spansBetween } from '../../../domain/search/spans.ts'
import type { ShardPoint } from '../../../domain/search/window.ts'

const point = (fields: Partial<ShardPoint> = {}): ShardPoint => ({ index: 'a', uuid: 'ua', history: 'h', shard: 0, checkpoint: 10, ...fields })

/** What a cut reads: each of a few shards present or not, with any checkpoint, in one of two histories. */
const readings = fc
  .array(fc.record({ place: fc.integer({ min: 0, max: 3 }), checkpoint: fc.integer({ min: -2, max: 40 }), history: fc.constantFrom('h', 'i') }))
  .map((all) => [...new Map(all.map(({ place, ...rest }) => [place, point({ ...rest, uuid: `u${place >> 1}`, index: `i${place >> 1}`, shard: place & 1 })])).values()])

describe('the next window', () => {
  it('Q-06 moves on, keeps an absent shard, and starts one that went back or has another history under a key of its own', () => {
    const before = [point(), point({ shard: 1 }), point({ shard: 2 }), point({ shard: 3 })]
    const next = nextPoints(before, [point({ checkpoint: 12 }), point({ shard: 1, checkpoint: 4 }), point({ shard: 2, history: 'other', checkpoint: 30 })])
    expect(next).toEqual([
      point({ checkpoint: 12 }),
      point({ shard: 1, checkpoint: 4, resets: 1 }),
      point({ shard: 2, history: 'other', checkpoint: 30, resets: 1 }),
      point({ shard: 3 }),
    ])
    expect(spansBetween(before, next).map(({ shard, after, upTo }) => [shard, after, upTo])).toEqual([[0, 10, 12], [1, -1, 4], [2, -1, 30]])
  })

  it('Q-06 a shard that went back is new to a feed that sees it only after it has passed its old place again', () => {
    const first = [point({ checkpoint: 29 })]
    const second = nextPoints(first, [point({ checkpoint: 9 })])
    const third = nextPoints(second, [point({ checkpoint: 40 })])
    expect(spansBetween(first, third)).toMatchObject([{ after: -1, upTo: 40 }])
  })

  it('Q-06 a copy that is recovering counts as empty', () => {
    expect(nextPoints([], [point({ checkpoint: -2 })])).toEqual([point({ checkpoint: -1 })])
  })

  it('Q-06 never falls under one key, and holds each shard once', () => {
    fc.assert(
      fc.property(fc.array(readings), (reads) => {
        let points: readonly ShardPoint[] = []
        for (const read of reads) {
          const next = nextPoints(points, read)
          const known = new Map(next.map((one) => [pointKey(one), one.checkpoint]))
          for (const one of points) {
            const replaced = next.some((other) => other.uuid === one.uuid && other.shard === one.shard && pointKey(other) !== pointKey(one))
            if (!replaced) expect(known.get(pointKey(one)) ?? -2).toBeGreaterThanOrEqual(one.checkpoint)
          }
          expect(new Set(next.map(({ uuid, shard }) => `${uuid}/${shard}`)).size).toBe(next.length)
          points = next
        }
      }),
    )
  })

  it('Q-06 forgets shards that were absent longest when there are more than a thousand', () => {
    const gone = Array.from({ length: 1_000 }, (_, shard) => point({ uuid: 'gone', shard }))
    const next = nextPoints([point({ uuid: 'just-gone' }), ...gone], [])
    expect(next).toHaveLength(1_000)
    expect(next[0]).toEqual(point({ uuid: 'just-gone' }))
    expect(next).not.toContainEqual(gone.at(-1))
  })
})

describe('spans between windows', () => {
  it('Q-06 a feed that catches up over many windows searches exactly what feeds at each of them did', () => {
    fc.assert(
      fc.property(fc.array(readings, { minLength: 2 }), (reads) => {
        const windows = reads.reduce<(readonly ShardPoint[])[]>((all, read) => [...all, nextPoints(all.at(-1) ?? [], read)], [])
        const last = windows.at(-1) ?? []
        // Only of the shards as they are at the end: what another history held is gone with it.
        const keys = new Map(last.map((one) => [`${one.uuid}/${one.shard}`, one]))
        const numbers = (from: readonly ShardPoint[], to: readonly ShardPoint[]): string[] =>
          spansBetween(from, to).flatMap((span) => {
            const current = keys.get(`${span.uuid}/${span.shard}`)
            const same = to.find((one) => one.uuid === span.uuid && one.shard === span.shard)
            if (current === undefined || same === undefined || pointKey(same) !== pointKey(current)) return []
            return Array.from({ length: span.upTo - span.after }, (_, i) => `${pointKey(current)} ${span.after + 1 + i}`)
          })
        const stepwise = windows.slice(1).flatMap((to, i) => numbers(windows[i] ?? [], to))
        expect(new Set(numbers(windows[0] ?? [], last))).toEqual(new Set(stepwise))
      }),
    )
  })

  it('Q-06 from nothing they are everything', () => {
    expect(spansBetween(null, [point(), point({ shard: 1, checkpoint: -1 })])).toMatchObject([{ shard: 0, after: -1, upTo: 10 }])
  })
})
