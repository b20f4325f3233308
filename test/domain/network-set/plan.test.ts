import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePrefix } from '../../../domain/addresses/prefix.ts'
import { mergeRanges, prefixesOfRanges, type Range, rangeOf } from '../../../domain/addresses/range.ts'
import { FEED_UID_LABEL, type NetworkSetObject, SPAN_ANNOTATION } from '../../../domain/network-set/network-set.ts'
import { feedOfNetworkSet, MAX_PREFIXES, networkSetName, type NetworkSetWish, planNetworkSet } from '../../../domain/network-set/plan.ts'

const UID = '5e1f2c3a-0000-4000-8000-000000000001'
const FORMER = '5e1f2c3a-0000-4000-8000-000000000002'

function ranges(...prefixes: string[]): Range[] {
  return prefixes.map((text) => {
    const prefix = parsePrefix(text)
    if (typeof prefix === 'string') throw new Error(`${text}: ${prefix}`)
    return rangeOf(prefix)
  })
}

function wish(changes: Partial<NetworkSetWish> = {}): NetworkSetWish {
  return { feedName: 'bad-hosts', uid: UID, live: true, labels: { level: 'high' }, adopt: false, ranges: ranges('192.0.2.1'), ...changes }
}

/** The object as an API server would hold it. */
function stored(object: NetworkSetObject, changes: Partial<NetworkSetObject> = {}): NetworkSetObject {
  return { ...object, uid: 'object-uid', resourceVersion: '7', ...changes }
}

function changes(asked: NetworkSetWish, existing: readonly NetworkSetObject[]) {
  const plan = planNetworkSet(asked, existing)
  if (plan.kind === 'refused') throw new Error(plan.message)
  return plan
}

function first(asked: NetworkSetWish): NetworkSetObject {
  const [object] = changes(asked, []).creates
  if (object === undefined) throw new Error('nothing was created')
  return stored(object)
}

function refusal(asked: NetworkSetWish, existing: readonly NetworkSetObject[]): string {
  const plan = planNetworkSet(asked, existing)
  return plan.kind === 'refused' ? plan.message : 'not refused'
}

const foreign: NetworkSetObject = stored({ name: 'threatfeed.bad-hosts', labels: { mine: 'yes' }, annotations: {}, nets: ['10.0.0.0/8'] })

describe('a plan for a network set', () => {
  it('G-01 creates one object of the feed’s name, equal to its set', () => {
    const plan = changes(wish({ ranges: ranges('198.51.100.0/24', '2001:db8::1', '192.0.2.1') }), [])
    expect(plan).toMatchObject({ kind: 'changes', updates: [], removes: [], objects: 1, prefixes: 3 })
    expect(plan.creates).toEqual([
      {
        name: 'threatfeed.bad-hosts',
        labels: { level: 'high', [FEED_UID_LABEL]: UID },
        annotations: {},
        nets: ['192.0.2.1/32', '198.51.100.0/24', '2001:db8::1/128'],
      },
    ])
  })

  it('G-01 updates the object in place with its identity when the set or the labels change', () => {
    const before = first(wish())
    const next = changes(wish({ ranges: ranges('192.0.2.2'), labels: { level: 'low' } }), [before])
    expect(next).toMatchObject({ creates: [], removes: [] })
    expect(next.updates).toEqual([
      { ...before, labels: { level: 'low', [FEED_UID_LABEL]: UID }, nets: ['192.0.2.2/32'] },
    ])
  })

  it('G-02 a label of the stanza never replaces the ownership label', () => {
    expect(first(wish({ labels: { [FEED_UID_LABEL]: 'someone' } })).labels[FEED_UID_LABEL]).toBe(UID)
  })

  it('G-02 never touches an object that is not ours, names it and says what takes it over', () => {
    expect(refusal(wish(), [foreign])).toBe(
      'the GlobalNetworkSet threatfeed.bad-hosts exists and is not this feed\'s; the annotation threatfeeds.projectcalico.org/adopt: "true" on the feed takes it over',
    )
    expect(changes(wish({ ranges: null }), [foreign]).removes).toEqual([])
  })

  it('G-02 takes it over when adoption is allowed', () => {
    expect(changes(wish({ adopt: true }), [foreign]).updates).toEqual([
      { ...foreign, labels: { level: 'high', [FEED_UID_LABEL]: UID }, nets: ['192.0.2.1/32'] },
    ])
  })

  it('G-02 what a former life of the feed left under its name is its own, while it lives', () => {
    const left = stored({ ...first(wish({ uid: FORMER })) })
    expect(changes(wish(), [left]).updates).toHaveLength(1)
    expect(changes(wish({ ranges: null }), [left]).removes).toEqual([left])
  })

  it('L-05 the cleanup of a former life leaves the object of the new one alone', () => {
    const anew = first(wish())
    expect(changes(wish({ uid: FORMER, live: false, ranges: null }), [anew]).removes).toEqual([])
  })

  it('G-03 merges what is adjacent or contained, of both families', () => {
    const set = ranges('192.0.2.0/25', '192.0.2.128/25', '192.0.2.7', '2001:db8::/33', '2001:db8:8000::/33')
    expect(first(wish({ ranges: set })).nets).toEqual(['192.0.2.0/24', '2001:db8::/32'])
  })

  it('G-03 covers exactly the addresses of any set, with the smallest list of prefixes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 })), { minLength: 1, maxLength: 40 }), (set) => {
        const nets = first(wish({ ranges: ranges(...set.map(([host, length]) => `203.0.113.${host}/${length}`)) })).nets
        const covered = new Set(set.flatMap(([host, length]) => hosts(host, length)))
        expect(new Set(nets.flatMap((net) => hostsOf(net)))).toEqual(covered)
        expect(nets.flatMap((net) => hostsOf(net))).toHaveLength(covered.size)
        expect(nets).toHaveLength(fewest(covered, 0, 256))
      }),
    )
  })

  it('G-05 reverts whatever others changed, and writes nothing when nothing differs', () => {
    const object = first(wish())
    for (const edit of [
      { nets: [...object.nets, '10.0.0.0/8'] },
      { nets: [] },
      { labels: { ...object.labels, level: 'low' } },
      { labels: { ...object.labels, added: 'x' } },
      { annotations: { [SPAN_ANNOTATION]: 'x' } },
    ]) {
      expect(changes(wish(), [stored(object, edit)]).updates.map(({ nets, labels }) => ({ nets, labels }))).toEqual([
        { nets: object.nets, labels: object.labels },
      ])
    }
    expect(changes(wish(), [stored(object, { annotations: { 'projectcalico.org/metadata': '{}' } })]).updates).toEqual([])
  })

  it('G-05 is idempotent: a plan of its own result is empty, in any order of the prefixes', () => {
    const address = fc.tuple(fc.ipV4(), fc.integer({ min: 8, max: 32 })).map(([ip, length]) => `${ip}/${length}`)
    const address6 = fc.tuple(fc.array(fc.integer({ min: 0, max: 65535 }), { minLength: 7, maxLength: 7 }), fc.integer({ min: 20, max: 128 }))
    const texts6 = address6.map(([groups, length]) => `2001:${groups.map((group) => group.toString(16)).join(':')}/${length}`)
    fc.assert(
      fc.property(fc.array(fc.oneof(address, texts6), { maxLength: 60 }), (set) => {
        const asked = wish({ ranges: ranges(...set) })
        const object = first(asked)
        const again = changes(asked, [stored(object, { nets: [...object.nets].reverse() })])
        expect(again).toMatchObject({ creates: [], updates: [], removes: [], objects: 1, prefixes: object.nets.length })
        expect(prefixesOfRanges(mergeRanges(ranges(...object.nets)))).toHaveLength(object.nets.length)
      }),
    )
  })

  it('G-05 removes ours when the stanza goes, and further objects once the one holds all', () => {
    const object = first(wish())
    const further = stored({ ...object, name: 'threatfeed-1.bad-hosts' })
    expect(changes(wish({ ranges: null }), [object, further]).removes).toEqual([object, further])
    expect(changes(wish(), [object, further])).toMatchObject({ updates: [], removes: [further] })
  })

  it('G-06 refuses a set of more prefixes than one object holds, with the count, and leaves what exists', () => {
    const every2nd = (count: number): Range[] =>
      Array.from({ length: count }, (_, at) => ({ family: 4, first: 0x0b000000 + at * 2, last: 0x0b000000 + at * 2 }))
    expect(changes(wish({ ranges: every2nd(MAX_PREFIXES) }), []).creates).toHaveLength(1)
    expect(refusal(wish({ ranges: every2nd(MAX_PREFIXES + 1) }), [first(wish())])).toBe(
      'the set needs 20001 prefixes, and a GlobalNetworkSet holds at most 20000; threatfeed.bad-hosts is left as it is',
    )
  })

  it('G-01 finds the feed of an object by its name', () => {
    expect(feedOfNetworkSet(networkSetName('a.b-c'))).toBe('a.b-c')
    expect(feedOfNetworkSet('threatfeed-12.a')).toBe('a')
    expect(feedOfNetworkSet('threatfeeds.a')).toBeNull()
  })
})

function hosts(host: number, length: number): number[] {
  const size = 2 ** (32 - length)
  const start = Math.floor(host / size) * size
  return Array.from({ length: size }, (_, at) => start + at)
}

function hostsOf(net: string): number[] {
  const [address = '', length = ''] = net.split('/')
  return hosts(Number(address.split('.')[3]), Number(length))
}

/** The fewest aligned blocks that cover these hosts of one /24, by trying all. */
function fewest(covered: ReadonlySet<number>, start: number, size: number): number {
  const inside = Array.from({ length: size }, (_, at) => covered.has(start + at))
  if (inside.every(Boolean)) return 1
  if (!inside.some(Boolean)) return 0
  return fewest(covered, start, size / 2) + fewest(covered, start + size / 2, size / 2)
}
