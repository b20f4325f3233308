import { describe, expect, it } from 'vitest'
import type { Happening } from '../recording/happenings.ts'
import { arrivals } from '../recording/windows.ts'
import type { WindowRead } from '../recording/windows.ts'
import { expectedOf } from './expected.ts'
import { liesIn } from './addresses.ts'
import { holds } from './matches.ts'
import { searchesOf, Undecided } from './searches.ts'

const HOUR_MS = 3_600_000
const windows: readonly WindowRead[] = [1, 2, 3, 4, 5, 6].map((number) => ({
  kind: 'flow',
  number,
  points: [{ uuid: 'u', history: 'h', shard: 0, checkpoint: number * 10 - 1 }],
}))
/** One log a window, number 0 in the first. */
const logs = windows.map(({ number }) => ({
  id: `in-${String(number)}`,
  kind: 'flow' as const,
  index: 'i',
  uuid: 'u',
  shard: 0,
  seqNo: number * 10 - 1,
  source: { source_ip: '198.51.100.1', dest_ip: '198.51.100.2' } as Readonly<Record<string, unknown>>,
}))

const offers = new Map([
  ['a', { name: 'v1', members: ['198.51.100.1/32'], newest: 0 }],
  ['b', { name: 'v2', members: ['198.51.100.2/32'], newest: 3 }],
  ['c', { name: 'v3', members: ['192.0.2.1/32'], newest: 3 }],
])

function found(happenings: readonly Happening[], { lookback = true, source = {} } = {}): readonly string[] {
  const searches = searchesOf(happenings, { offers, lookback, endedAt: 0 })
  const aged = logs.map((log) => ({ ...log, source: { ...log.source, ...source } }))
  return [...expectedOf(searches, 'exact', { logs: aged, windows, lookbackMs: HOUR_MS }).keys()]
}

const enabled: Happening = { what: 'looked', enabled: true }
const disabled: Happening = { what: 'looked', enabled: false }
const searched = (upTo: number): Happening => ({ what: 'searched', upTo })
const adopted = (source: string, cursor: number): Happening => ({ what: 'adopted', source, cursor })
const backward = (id: string, upTo: number, end: 'whole' | 'part' | 'broke off' = 'whole'): readonly Happening[] => [
  { what: 'backward began', id, upTo, at: 0 },
  end === 'broke off' ? { what: 'backward broke off', id } : { what: 'backward ended', id, whole: end === 'whole' },
]

describe('what a feed has to find', () => {
  it('Q-06 Q-07 is every log, the older ones by the search of older logs', () => {
    expect(found([enabled, searched(3), adopted('a', 3), ...backward('1', 3), searched(6)])).toEqual(logs.map(({ id }) => id))
    expect(found([enabled, searched(3), adopted('a', 3), searched(6)])).toEqual(logs.map(({ id }) => id))
  })

  it('Q-07 leaves older logs out where there is no lookback, and those that are too old', () => {
    const story = [enabled, searched(3), adopted('a', 3), searched(6)]
    expect(found(story, { lookback: false })).toEqual(['in-4', 'in-5', 'in-6'])
    expect(found([...story, ...backward('1', 3)], { source: { end_time: -7200 } })).toEqual(['in-4', 'in-5', 'in-6'])
    expect(found([...story, ...backward('1', 3)], { source: { end_time: -7200, generated_time: '1970-01-01T00:00:00Z' } })).toHaveLength(6)
  })

  it('Q-06 is by the set that was in force, and no earlier than a set was offered', () => {
    expect(found([enabled, searched(1), adopted('a', 1), ...backward('1', 1), searched(4), adopted('c', 4), ...backward('2', 4), searched(6)])).toEqual(['in-1', 'in-2', 'in-3', 'in-4'])
    expect(found([enabled, searched(1), adopted('a', 1), ...backward('1', 1), adopted('c', 1), ...backward('2', 1), searched(6)])).toEqual(['in-1', 'in-2', 'in-3'])
  })

  it('Q-07 is nothing for a member that left before it was searched for', () => {
    expect(found([enabled, searched(4), adopted('a', 4), adopted('c', 4), ...backward('1', 4), searched(6)])).toEqual([])
  })

  it('L-02 is nothing that arrived while the feed was disabled, nor before it had begun again', () => {
    expect(found([enabled, searched(1), adopted('a', 1), ...backward('1', 1), searched(2), disabled, enabled, searched(4), searched(6)])).toEqual(['in-1', 'in-2', 'in-5', 'in-6'])
  })

  it('cannot be told where a search broke off and what it searched for was not searched for again', () => {
    const first = [enabled, searched(4), adopted('a', 4)]
    expect(() => found([...first, ...backward('1', 4, 'broke off'), adopted('c', 4), searched(6)])).toThrow(Undecided)
    expect(() => found([...first, ...backward('1', 4, 'part'), adopted('c', 4), searched(6)])).toThrow(Undecided)
    expect(() => found([...first, { what: 'search failed' }, disabled, enabled, searched(6)])).toThrow(Undecided)
    expect(() => found([...first, disabled])).toThrow(Undecided)
    expect(found([...first, ...backward('1', 4, 'broke off'), ...backward('2', 4), searched(6)])).toHaveLength(6)
  })
})

describe('a log', () => {
  it('Q-06 arrives once, and again when its shard has gone back', () => {
    const at = (number: number, checkpoint: number, resets: number): WindowRead => ({ kind: 'flow', number, points: [{ uuid: 'u', history: 'h', shard: 0, checkpoint, resets }] })
    const [log] = logs
    if (log === undefined) throw new Error('there is no log')
    expect(arrivals([at(1, 8, 0), at(2, 9, 0), at(3, 12, 0)], log)).toEqual([2])
    expect(arrivals([at(1, 9, 0), at(2, 5, 1), at(3, 20, 1)], log)).toEqual([1, 3])
  })

  it('Q-01 Q-05 holds an address in its own family, however it is spelled', () => {
    expect(liesIn('198.51.100.7', '198.51.100.0/29')).toBe(true)
    expect(liesIn('198.51.100.8', '198.51.100.0/29')).toBe(false)
    expect(liesIn('::ffff:198.51.100.7', '198.51.100.7/32')).toBe(true)
    expect(liesIn('2001:DB8:0:0:0:0:0:1', '2001:db8::1/128')).toBe(true)
    expect(liesIn('2001:db8:1::1', '2001:db8::/64')).toBe(false)
    expect(liesIn('198.51.100.7', '::/0')).toBe(false)
    expect(holds({ kind: 'flow', source: { source_ip: null, dest_ip: null } }, '0.0.0.0/0', 'exact')).toBe(false)
  })

  it('Q-02 Q-03 Q-04 holds names in three places', () => {
    const answer = (type: string, rdata: string): boolean =>
      holds({ kind: 'dns', source: { qname: 'x.example', rrsets: [{ name: 'y.example', type, rdata: [rdata] }] } }, 'c1.bad.example', 'exact')
    expect(answer('MX', '10 C1.Bad.Example.')).toBe(true)
    expect(answer('SRV', '0 5 5060 c1.bad.example')).toBe(true)
    expect(answer('A', 'c1.bad.example')).toBe(false)
    expect(answer('TXT', 'see c1.bad.example now')).toBe(false)
    const below = { kind: 'dns' as const, source: { qname: 'A.b.BÜCHER.example.' } }
    expect(holds(below, 'xn--bcher-kva.example', 'subdomains')).toBe(true)
    expect(holds(below, 'xn--bcher-kva.example', 'exact')).toBe(false)
  })
})
