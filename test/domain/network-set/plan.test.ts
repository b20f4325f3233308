import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FEED_UID_LABEL, feedOfNetworkSet, type HeldNetworkSet, type NetworkSet, networkSetName, SPAN_ANNOTATION } from '../../../domain/network-set/network-set.ts'
import { NETWORK_SET_LIMITS } from '../../../domain/network-set/limits.ts'
import { contentOf, type NetworkSetWish, planNetworkSet } from '../../../domain/network-set/plan.ts'
import { FEW, rangesOfNets, scattered, scattered6 } from './given.ts'

const UID = '5e1f2c3a-0000-4000-8000-000000000001'
const FORMER = '5e1f2c3a-0000-4000-8000-000000000002'
const NAME = 'threatfeed.bad-hosts'

function wish(changes: Partial<NetworkSetWish> = {}): NetworkSetWish {
  return { feedName: 'bad-hosts', uid: UID, live: true, labels: { level: 'high' }, adopt: false, ranges: rangesOfNets(['192.0.2.1/32']), ...changes }
}

/** An object as an API server would hold it. */
function held(name: string, changes: Partial<HeldNetworkSet> = {}): HeldNetworkSet {
  return { name, uid: `uid of ${name}`, resourceVersion: '7', labels: { level: 'high', [FEED_UID_LABEL]: UID }, annotations: {}, ...changes }
}
function owning(k: number, span: string, changes: Partial<HeldNetworkSet> = {}): HeldNetworkSet {
  return held(k === 0 ? NAME : `threatfeed-${k}.bad-hosts`, { annotations: { [SPAN_ANNOTATION]: span }, ...changes })
}

function changes(asked: NetworkSetWish, existing: readonly HeldNetworkSet[], limits = FEW) {
  const plan = planNetworkSet(asked, existing, limits)
  if (plan.kind === 'refused') throw new Error(plan.message)
  const { ranges } = asked
  const content = (planned: Parameters<typeof contentOf>[0]): NetworkSet => {
    if (ranges === null) throw new Error('nothing is wanted')
    return contentOf(planned, ranges)
  }
  return { ...plan, creates: plan.creates.map(content), keeps: plan.keeps.map(({ planned }) => content(planned)), removes: plan.removes.map(({ name }) => name) }
}

/** Each object that is there at the end: its name, its span and how many prefixes. */
function shape(asked: NetworkSetWish, existing: readonly HeldNetworkSet[]): unknown[] {
  const { creates, keeps } = changes(asked, existing)
  return [...creates, ...keeps].map(({ name, annotations, nets }) => [name, annotations[SPAN_ANNOTATION], nets.length])
}

function refusal(asked: NetworkSetWish, existing: readonly HeldNetworkSet[]): string {
  const plan = planNetworkSet(asked, existing)
  return plan.kind === 'refused' ? plan.message : 'not refused'
}

const LAST = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'
const foreign = held(NAME, { labels: { mine: 'yes' } })

describe('a plan for a network set that one object holds', () => {
  it('G-01 G-02 creates one object of the feed’s name, equal to its set, with the labels of the stanza', () => {
    const plan = changes(wish({ ranges: rangesOfNets(['198.51.100.0/24', '2001:db8::1/128', '192.0.2.1/32']) }), [])
    expect(plan).toMatchObject({ keeps: [], removes: [], objects: 1, prefixes: 3 })
    expect(plan.creates).toEqual([
      {
        name: NAME,
        labels: { level: 'high', [FEED_UID_LABEL]: UID },
        annotations: {},
        nets: ['192.0.2.1/32', '198.51.100.0/24', '2001:db8::1/128'],
      },
    ])
  })

  it('G-01 keeps the object when the set or the labels change', () => {
    const plan = changes(wish({ ranges: rangesOfNets(['192.0.2.2/32']), labels: { level: 'low' } }), [held(NAME)])
    expect(plan).toMatchObject({ creates: [], removes: [] })
    expect(plan.keeps).toEqual([{ name: NAME, labels: { level: 'low', [FEED_UID_LABEL]: UID }, annotations: {}, nets: ['192.0.2.2/32'] }])
  })

  it('G-01 an empty set is an object that covers nothing', () => {
    expect(changes(wish({ ranges: rangesOfNets([]) }), [])).toMatchObject({ creates: [{ name: NAME, nets: [] }], objects: 1, prefixes: 0 })
  })

  it('G-02 a label of the stanza never replaces the ownership label', () => {
    expect(changes(wish({ labels: { [FEED_UID_LABEL]: 'someone' } }), []).creates[0]?.labels).toEqual({ [FEED_UID_LABEL]: UID })
  })

  it('G-02 never touches an object that is not ours, names it and says what takes it over', () => {
    expect(refusal(wish(), [foreign])).toBe(
      'the GlobalNetworkSet threatfeed.bad-hosts exists and is not this feed\'s; the annotation threatfeeds.projectcalico.org/adopt: "true" on the feed takes it over',
    )
    expect(refusal(wish(), [foreign, owning(1, `9.0.0.0-${LAST}`)])).toContain('not this feed')
    expect(changes(wish({ ranges: null }), [foreign]).removes).toEqual([])
  })

  it('G-02 takes it over when adoption is allowed', () => {
    expect(changes(wish({ adopt: true }), [foreign])).toMatchObject({ creates: [], keeps: [{ name: NAME, labels: { [FEED_UID_LABEL]: UID } }] })
  })

  it('G-02 what a former life of the feed left under its name is its own, while it lives', () => {
    const left = [held(NAME, { labels: { [FEED_UID_LABEL]: FORMER } }), owning(3, `9.0.0.0-${LAST}`, { labels: { [FEED_UID_LABEL]: FORMER } })]
    expect(changes(wish(), left)).toMatchObject({ creates: [], keeps: [{ name: NAME }], removes: ['threatfeed-3.bad-hosts'] })
    expect(changes(wish({ ranges: null }), left).removes).toEqual([NAME, 'threatfeed-3.bad-hosts'])
    const ofAnother = held('threatfeed-3.a.bad-hosts', { labels: { [FEED_UID_LABEL]: FORMER } })
    expect(changes(wish({ ranges: null }), [ofAnother]).removes).toEqual([])
  })

  it('L-05 the cleanup of a former life leaves the objects of the new one alone', () => {
    const anew = [held(NAME), owning(1, `9.0.0.0-${LAST}`)]
    expect(changes(wish({ uid: FORMER, live: false, ranges: null }), anew).removes).toEqual([])
  })

  it('G-03 merges what is adjacent or contained, of both families', () => {
    const ranges = rangesOfNets(['192.0.2.0/25', '192.0.2.128/25', '192.0.2.7/32', '2001:db8::/33', '2001:db8:8000::/33'])
    expect(changes(wish({ ranges }), []).creates[0]?.nets).toEqual(['192.0.2.0/24', '2001:db8::/32'])
  })

  it('G-03 covers exactly the addresses of any set, with the smallest list of prefixes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 })), { minLength: 1, maxLength: 40 }), (set) => {
        const ranges = rangesOfNets(set.map(([host, length]) => `203.0.113.${hosts(host, length)[0] ?? 0}/${length}`))
        const [{ nets } = { nets: [] }] = changes(wish({ ranges }), [], { prefixes: 1000, netsBytes: 100_000 }).creates
        const covered = new Set(set.flatMap(([host, length]) => hosts(host, length)))
        expect(new Set(nets.flatMap((net) => hostsOf(net)))).toEqual(covered)
        expect(nets.flatMap((net) => hostsOf(net))).toHaveLength(covered.size)
        expect(nets).toHaveLength(fewest(covered, 0, 256))
      }),
    )
  })

  it('G-05 removes ours when the stanza goes', () => {
    expect(changes(wish({ ranges: null }), [held(NAME), owning(1, 'x')]).removes).toEqual([NAME, 'threatfeed-1.bad-hosts'])
  })

  it('G-01 finds the feed of an object by its name', () => {
    expect(feedOfNetworkSet(networkSetName('a.b-c'))).toBe('a.b-c')
    expect(feedOfNetworkSet('threatfeed-12.a')).toBe('a')
    expect(feedOfNetworkSet('threatfeeds.a')).toBeNull()
  })
})

describe('a plan for a network set that takes several objects', () => {
  const spans = ['0.0.0.0-11.0.0.9', `11.0.0.10-${LAST}`] as const

  it('G-04 a set that fits one object is one; one prefix more is cut into two at a prefix boundary, the new one first', () => {
    expect(shape(wish({ ranges: rangesOfNets(scattered(8)) }), [])).toEqual([[NAME, undefined, 8]])
    const plan = changes(wish({ ranges: rangesOfNets(scattered(9)) }), [held(NAME)])
    expect(plan).toMatchObject({ objects: 2, prefixes: 9, removes: [] })
    expect(plan.creates).toMatchObject([{ name: 'threatfeed-1.bad-hosts', annotations: { [SPAN_ANNOTATION]: `11.0.0.8-${LAST}` }, nets: scattered(9).slice(4) }])
    expect(plan.keeps).toMatchObject([{ name: NAME, annotations: { [SPAN_ANNOTATION]: '0.0.0.0-11.0.0.7' }, nets: scattered(9).slice(0, 4) }])
    for (const { labels } of [...plan.creates, ...plan.keeps]) expect(labels).toEqual({ level: 'high', [FEED_UID_LABEL]: UID })
  })

  it('G-04 20,000 prefixes are one object, 20,001 are two', { timeout: 30_000 }, () => {
    const objects = (count: number) => changes(wish({ ranges: rangesOfNets(scattered(count)) }), [], NETWORK_SET_LIMITS).creates.map(({ nets }) => nets.length)
    expect(objects(20_000)).toEqual([20_000])
    expect(objects(20_001)).toEqual([10_000, 10_001])
  })

  it('G-04 no object is larger than 700 kB, whatever labels it carries and however long its name is', { timeout: 30_000 }, () => {
    const labels = Object.fromEntries(Array.from({ length: 64 }, (_, at) => [`${'p'.repeat(250)}.io/${'k'.repeat(60)}${at}`, 'v'.repeat(63)]))
    const feedName = 'n'.repeat(230)
    const sizes = (count: number): number[] => {
      const ranges = rangesOfNets(scattered6(count))
      const plan = planNetworkSet(wish({ feedName, labels, ranges }), [])
      if (plan.kind === 'refused') throw new Error(plan.message)
      for (const { name } of plan.creates) expect(name.length).toBeLessThanOrEqual(253)
      return plan.creates.map((planned) => JSON.stringify(contentOf(planned, ranges)).length)
    }
    const [one, two] = [sizes(14_500), sizes(15_000)]
    expect([one.length, two.length]).toEqual([1, 2])
    expect(Math.max(...one, ...two)).toBeLessThanOrEqual(700_000)
    // As many short ones fit.
    expect(changes(wish({ ranges: rangesOfNets(scattered(15_000)) }), [], NETWORK_SET_LIMITS).objects).toBe(1)
  })

  it('G-04 a changed member changes only the object whose span it lies in, and the spans stay', () => {
    const existing = [owning(0, spans[0]), owning(1, spans[1])]
    const plan = changes(wish({ ranges: rangesOfNets([...scattered(9), '11.0.0.77/32']) }), existing)
    expect(plan.creates).toEqual([])
    expect(plan.keeps.map(({ annotations }) => annotations[SPAN_ANNOTATION])).toEqual([spans[1], spans[0]])
    expect(plan.keeps.map(({ nets }) => nets)).toEqual([[...scattered(9).slice(5), '11.0.0.77/32'], scattered(9).slice(0, 5)])
  })

  it('G-03 G-04 a prefix over a boundary is cut there, and whole again when the neighbours are joined', () => {
    const existing = [owning(0, spans[0]), owning(1, spans[1])]
    const many = [...scattered(5), '11.0.0.0/28', ...scattered(40).slice(30)]
    expect(changes(wish({ ranges: rangesOfNets(many) }), existing, { prefixes: 20, netsBytes: 1000 }).keeps.map(({ nets }) => nets.slice(0, 2))).toEqual([
      ['11.0.0.10/31', '11.0.0.12/30'],
      ['11.0.0.0/29', '11.0.0.8/31'],
    ])
    expect(changes(wish({ ranges: rangesOfNets(['11.0.0.0/28']) }), existing)).toMatchObject({ keeps: [{ nets: ['11.0.0.0/28'] }], removes: ['threatfeed-1.bad-hosts'], prefixes: 1 })
  })

  it('G-04 neighbours are joined when they have at most half of what one may hold: no member more or less cuts and joins for ever', () => {
    const existing = [owning(0, '0.0.0.0-11.0.0.4'), owning(1, `11.0.0.5-${LAST}`)]
    const objects = (count: number, held_: readonly HeldNetworkSet[]) => changes(wish({ ranges: rangesOfNets(scattered(count)) }), held_).objects
    expect([5, 6, 7, 8].map((count) => objects(count, existing))).toEqual([2, 2, 2, 2])
    expect(objects(4, existing)).toBe(1)
    expect([5, 6, 7, 8].map((count) => objects(count, [held(NAME)]))).toEqual([1, 1, 1, 1])
  })

  it('G-04 spans that overlap, as a crash leaves them, are trimmed where the next one begins', () => {
    expect(shape(wish({ ranges: rangesOfNets(scattered(9)) }), [held(NAME), owning(1, spans[1])])).toEqual([
      ['threatfeed-1.bad-hosts', spans[1], 4],
      [NAME, spans[0], 5],
    ])
    // A join that was not finished: the one that should go is still there, and the set grew meanwhile.
    expect(shape(wish({ ranges: rangesOfNets(scattered(9)) }), [owning(0, `0.0.0.0-${LAST}`), owning(1, spans[1])])).toHaveLength(2)
  })

  it('G-05 what nobody owns any more goes to a new object of the same span, or below where there is room', () => {
    expect(shape(wish({ ranges: rangesOfNets(scattered(9)) }), [owning(0, spans[0])])).toEqual([
      ['threatfeed-1.bad-hosts', spans[1], 4],
      [NAME, spans[0], 5],
    ])
    expect(shape(wish({ ranges: rangesOfNets(scattered(6)) }), [owning(0, '0.0.0.0-11.0.0.3')])).toHaveLength(2)
    expect(shape(wish({ ranges: rangesOfNets(scattered(5)) }), [owning(0, '0.0.0.0-11.0.0.3')])).toEqual([[NAME, undefined, 5]])
  })

  it('G-05 the primary object is made again, and always begins at the lowest address', () => {
    expect(shape(wish({ ranges: rangesOfNets(scattered(9)) }), [owning(1, spans[1])])).toEqual([
      [NAME, spans[0], 5],
      ['threatfeed-1.bad-hosts', spans[1], 4],
    ])
    expect(shape(wish({ ranges: rangesOfNets(scattered(9)) }), [owning(0, '11.0.0.4-11.0.0.9'), owning(1, spans[1])])).toEqual([
      ['threatfeed-1.bad-hosts', spans[1], 4],
      [NAME, spans[0], 5],
    ])
  })

  it.each(['', 'x', '11.0.0.10', `11.0.0.10-11.0.0.1`, `11.0.0.010-${LAST}`, '11.0.0.10-11.0.0.1x', '0.0.0.0-11.0.0.1'])(
    'G-05 a further object whose span is edited to "%s" owns nothing: it goes once the others hold what it held',
    (span) => {
      const plan = changes(wish({ ranges: rangesOfNets(scattered(9)) }), [owning(0, spans[0]), owning(1, span)])
      expect(plan).toMatchObject({ creates: [{ name: 'threatfeed-2.bad-hosts', nets: scattered(9).slice(5) }], removes: ['threatfeed-1.bad-hosts'] })
    },
  )

  it('G-05 of two that begin at the same address the lower number stays', () => {
    const plan = changes(wish({ ranges: rangesOfNets(scattered(9)) }), [owning(10, spans[1]), owning(0, spans[0]), owning(9, spans[1])])
    expect(plan).toMatchObject({ creates: [], removes: ['threatfeed-10.bad-hosts'] })
    expect(plan.keeps.map(({ name }) => name)).toEqual(['threatfeed-9.bad-hosts', NAME])
  })

  it('G-05 a further object whose ownership label was taken off is still known by its span', () => {
    const unlabelled = owning(1, spans[1], { labels: {} })
    expect(changes(wish({ ranges: rangesOfNets(scattered(9)) }), [owning(0, spans[0]), unlabelled])).toMatchObject({ creates: [], removes: [], objects: 2 })
    expect(changes(wish({ live: false, ranges: null }), [unlabelled]).removes).toEqual([])
  })

  it('G-04 another one’s object in the way of a further name is left alone: another number is taken, adopted or not', () => {
    const inTheWay = held('threatfeed-1.bad-hosts', { labels: {} })
    for (const adopt of [false, true]) {
      const plan = changes(wish({ adopt, ranges: rangesOfNets(scattered(9)) }), [held(NAME), inTheWay])
      expect(plan).toMatchObject({ creates: [{ name: 'threatfeed-2.bad-hosts' }], removes: [] })
    }
  })

  it('G-04 the highest span is written first', () => {
    const existing = [owning(2, '11.0.0.6-11.0.0.11'), owning(0, '0.0.0.0-11.0.0.5'), owning(1, `11.0.0.12-${LAST}`)]
    const plan = changes(wish({ ranges: rangesOfNets(scattered(12)) }), existing)
    expect(plan.keeps.map(({ name }) => name)).toEqual(['threatfeed-1.bad-hosts', 'threatfeed-2.bad-hosts', NAME])
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
