import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterSlice, decodePosition, encodePosition, nextTurn, shardOf, spansAhead, START } from '../../../domain/search/position.ts'
import { logsIn, slices } from '../../../domain/search/spans.ts'
import type { ShardPoint } from '../../../domain/search/window.ts'

const point = (uuid: string, shard: number, checkpoint: number): ShardPoint => ({ index: uuid, uuid, history: 'h', shard, checkpoint })
const points = fc.uniqueArray(fc.record({ uuid: fc.constantFrom('a', 'b', 'c'), shard: fc.nat(2), checkpoint: fc.nat(30) }), {
  selector: ({ uuid, shard }) => `${uuid}${shard}`,
}).map((all) => all.map(({ uuid, shard, checkpoint }) => point(uuid, shard, checkpoint)))

describe('the position of a backward search', () => {
  it('Q-07 leads through every log once, wherever it is interrupted', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 12 }), (all, most) => {
        let position = START
        let searched = 0
        for (;;) {
          const [slice] = slices(spansAhead(all, position), most)
          if (slice === undefined) break
          searched += logsIn(slice)
          position = decodePosition(encodePosition(afterSlice(position, slice, [])))
        }
        expect(searched).toBe(logsIn(spansAhead(all, START)))
      }),
    )
  })

  it('Q-07 remembers the shards that could not be reached, for the end', () => {
    const all = [point('a', 0, 9), point('b', 0, 9)]
    const ahead = spansAhead(all, START)
    const position = afterSlice(START, ahead, ahead.slice(0, 1))
    expect(spansAhead(all, position)).toEqual([])
    expect(spansAhead(all, { ...position, passed: true })).toEqual(ahead.slice(0, 1))
  })

  it('Q-07 Q-10 comes back to the shards that are left in turns, each to its end wherever it is interrupted, until none is lost', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 12 }), fc.array(fc.nat(8), { maxLength: 6 }), (all, most, lostFor) => {
        // Each shard cannot be reached in its first turns, as often as is said.
        const lost = (span: { readonly uuid: string; readonly shard: number }, turn: number): boolean =>
          turn < (lostFor[all.findIndex((one) => shardOf(one) === shardOf(span))] ?? 0) % 3
        let position = START
        let searched = 0
        for (let turn = 0; ; turn++) {
          for (;;) {
            const [slice] = slices(spansAhead(all, position), most)
            if (slice === undefined) break
            const unreachable = slice.filter((span) => lost(span, turn))
            searched += logsIn(slice) - logsIn(unreachable)
            position = decodePosition(encodePosition(afterSlice(position, slice, unreachable)))
          }
          const next = nextTurn(position)
          if (next === null) break
          position = decodePosition(encodePosition(next))
        }
        expect(searched).toBe(logsIn(spansAhead(all, START)))
      }),
    )
  })

  it('Q-07 of an older version, between two turns, begins the second', () => {
    const all = [point('a', 0, 9), point('b', 0, 9)]
    const token = JSON.stringify({ at: { uuid: 'b', shard: 0, upTo: 9 }, passed: true, left: ['a/0'] })
    expect(spansAhead(all, decodePosition(token)).map(shardOf)).toEqual(['a/0'])
  })

  it('Q-07 starts anew from what is no position', () => {
    for (const token of [null, '', 'x', '{}', '[]', '{"at":1,"passed":true,"left":[]}', '{"at":null,"passed":true,"left":[1]}']) {
      expect(decodePosition(token)).toEqual(START)
    }
  })
})
