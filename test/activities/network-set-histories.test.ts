import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSyncNetworkSet } from '../../activities/sync-network-set.ts'
import { netBytes } from '../../domain/network-set/limits.ts'
import { FEED_UID_LABEL, SPAN_ANNOTATION } from '../../domain/network-set/network-set.ts'
import { netsIn } from '../../domain/network-set/prefixes-in-span.ts'
import { EVERY_ADDRESS, readSpan } from '../../domain/network-set/span.ts'
import type { SyncNetworkSetOutput } from '../../domain/run/steps.ts'
import { FEW, rangesOfNets } from '../domain/network-set/given.ts'
import { memoryBlobStore } from '../fakes/memory-blob-store.ts'
import { memoryFeedApi } from '../fakes/memory-feed-api.ts'
import { memoryNetworkSetApi, type StoredNetworkSet } from '../fakes/memory-network-set-api.ts'
import { patience, runs } from '../runs.ts'

const NEVER = new AbortController().signal
const PREFIX6 = '2001:db88:1111:2222:3333:4444:5555:66'
const FAMILIES = { 4: { start: '10.0.0.', bits: 32 }, 6: { start: PREFIX6, bits: 128 } } as const
type Family = keyof typeof FAMILIES

/** 64 addresses of each family: those of IPv6 are as long as an address can be. */
function netOf(family: Family, host: number, hostBits: number): string {
  const { start, bits } = FAMILIES[family]
  const first = (host >> hostBits) << hostBits
  return `${start}${family === 4 ? first : (first + 64).toString(16)}/${bits - hostBits}`
}

const EVERYTHING = ([4, 6] as const).flatMap((family) => Array.from({ length: 64 }, (_, host) => netOf(family, host, 0)))
const PLACES = new Map(EVERYTHING.map((net, place) => [net.split('/')[0] ?? '', place]))

/** Which of the 128 addresses are covered, by their place; other prefixes than those made of them cover none. */
function placesOf(nets: Iterable<string>): ReadonlySet<number> {
  const places = new Set<number>()
  for (const net of nets) {
    const [address = '', length = ''] = net.split('/')
    const first = PLACES.get(address)
    if (first === undefined) continue
    const size = 2 ** ((address.includes(':') ? 128 : 32) - Number(length))
    for (let place = first; place < first + Math.min(size, 64); place++) places.add(place)
  }
  return places
}

const family = fc.constantFrom<Family>(4, 6)
const member = fc.tuple(family, fc.integer({ min: 0, max: 63 }), fc.constantFrom(0, 0, 0, 0, 1, 2, 5)).map((parts) => netOf(...parts))
const aSet = fc.uniqueArray(member, { maxLength: 60, minLength: 0, size: 'max' })

/** What others do to objects: to one of those there are, by its place among them. */
type Hand =
  | { readonly kind: 'delete' | 'unlabel' | 'former' | 'label' }
  | { readonly kind: 'nets'; readonly nets: readonly string[] }
  | { readonly kind: 'add'; readonly nets: readonly string[] }
  | { readonly kind: 'swap' }
  | { readonly kind: 'span'; readonly span: string }
  | { readonly kind: 'foreign'; readonly k: number }
const hand: fc.Arbitrary<{ readonly at: number; readonly hand: Hand }> = fc.record({
  at: fc.nat(20),
  hand: fc.oneof(
    fc.constantFrom<Hand>({ kind: 'delete' }, { kind: 'unlabel' }, { kind: 'former' }, { kind: 'label' }, { kind: 'swap' }),
    aSet.map((nets): Hand => ({ kind: 'nets', nets })),
    aSet.map((nets): Hand => ({ kind: 'add', nets })),
    fc.constantFrom('', 'x', '0.0.0.0-10.0.0.9').map((span): Hand => ({ kind: 'span', span })),
    fc.tuple(fc.nat(127), fc.nat(127)).map(([a, b]): Hand => ({ kind: 'span', span: `${hostAt(Math.min(a, b))}-${hostAt(Math.max(a, b))}` })),
    fc.nat(9).map((k): Hand => ({ kind: 'foreign', k: k + 1 })),
  ),
})
function hostAt(place: number): string {
  return (EVERYTHING[place] ?? '').split('/')[0] ?? ''
}

/** One sync, and what comes in between: hands before it, a crash before or after one of its writes, a hand on its object right before one of them. */
const sync = fc.record({
  set: aSet,
  hands: fc.array(hand, { maxLength: 2 }),
  crash: fc.option(fc.record({ write: fc.nat(12), after: fc.boolean() })),
  race: fc.option(fc.record({ write: fc.nat(12), by: hand })),
})

type Between = Pick<typeof sync extends fc.Arbitrary<infer Sync> ? Sync : never, 'crash' | 'race'>

function setUp() {
  const feeds = memoryFeedApi()
  const api = memoryNetworkSetApi()
  const blobs = memoryBlobStore()
  const feed = { cluster: 'c', name: 'a', uid: feeds.put('a', { pull: { http: { url: 'https://feeds.example/list' } }, globalNetworkSet: { labels: { level: 'high' } } }) }
  const step = createSyncNetworkSet({ feeds, networkSets: api, blobs, limits: FEW })
  const foreign = new Set<string>()

  const enforced = (): ReadonlySet<number> => placesOf([...api.objects.values()].filter(isMarked).flatMap(({ nets }) => nets))
  function isMarked({ name, labels, annotations }: StoredNetworkSet): boolean {
    return !foreign.has(name) && (labels[FEED_UID_LABEL] !== undefined || annotations[SPAN_ANNOTATION] !== undefined)
  }
  function act({ at, hand: does }: { at: number; hand: Hand }, target?: string): void {
    const ours = [...api.objects.values()].filter(isMarked)
    const object = target === undefined ? ours[at % Math.max(1, ours.length)] : ours.find(({ name }) => name === target)
    if (does.kind === 'foreign') {
      const name = target ?? `threatfeed-${does.k}.a`
      if (!api.objects.has(name) && name !== 'threatfeed.a') {
        foreign.add(name)
        api.edit(name, { nets: ['10.0.0.0/8'], labels: { mine: 'yes' } })
      }
    } else if (object !== undefined) {
      const { name, labels, annotations, nets } = object
      const others = Object.fromEntries(Object.entries(labels).filter(([key]) => key !== FEED_UID_LABEL))
      switch (does.kind) {
        case 'delete':
          api.objects.delete(name)
          break
        case 'unlabel':
          // One that holds all bears no other mark, and would be another one's from then on.
          if (annotations[SPAN_ANNOTATION] !== undefined) api.edit(name, { labels: others })
          break
        case 'former':
          api.edit(name, { labels: { ...others, [FEED_UID_LABEL]: 'former' } })
          break
        case 'label':
          api.edit(name, { labels: { ...labels, level: 'low', more: 'x' } })
          break
        case 'nets':
          api.edit(name, { nets: does.nets })
          break
        case 'add':
          api.edit(name, { nets: [...new Set([...nets, ...does.nets])] })
          break
        case 'swap': {
          const other = ours[(at + 1) % ours.length] ?? object
          api.edit(name, { nets: other.nets })
          if (other.name !== name) api.edit(other.name, { nets })
          break
        }
        case 'span':
          // Without a label the span is all that tells it from another one's.
          if (labels[FEED_UID_LABEL] !== undefined) api.edit(name, { annotations: { [SPAN_ANNOTATION]: does.span } })
      }
    }
  }

  async function run(set: readonly string[], { crash, race }: Between): Promise<SyncNetworkSetOutput | null> {
    const wanted = placesOf(set)
    let before = enforced()
    let writes = 0
    let raced = false
    api.hooks.beforeWrite = (name) => {
      if (race?.write === writes && !raced) {
        raced = true
        act(race.by, name)
      }
      if (crash?.write === writes && !crash.after) throw new Error('crashed')
      before = enforced()
    }
    api.hooks.afterWrite = (name) => {
      const after = enforced()
      expect([...before].filter((place) => wanted.has(place) && !after.has(place)), `uncovered by the write of ${name}`).toEqual([])
      const { nets } = api.objects.get(name) ?? { nets: [] }
      expect(nets.length).toBeLessThanOrEqual(FEW.prefixes)
      expect(nets.reduce((bytes, net) => bytes + netBytes(net), 0)).toBeLessThanOrEqual(FEW.netsBytes)
      if (crash?.write === writes++ && crash.after) throw new Error('crashed')
    }
    const { sha256 } = await blobs.put((async function* () {
      yield new TextEncoder().encode(set.join('\n'))
    })(), NEVER)
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })
    const run = environment.run(step, { feed, set: { sha256, members: set.length } }) as Promise<SyncNetworkSetOutput>
    return run.catch((error: unknown) => {
      if (error instanceof Error && error.message === 'crashed') return null
      throw error
    })
  }
  return { api, feed, foreign, act, run }
}
type Given = ReturnType<typeof setUp>

/** What must be so once a sync has ended well. */
function expectSettled({ api, feed, foreign }: Given, set: readonly string[], done: SyncNetworkSetOutput): void {
  const all = [...api.objects.values()]
  for (const { name, nets, labels } of all.filter((object) => foreign.has(object.name))) {
    expect({ name, nets, labels }).toEqual({ name, nets: ['10.0.0.0/8'], labels: { mine: 'yes' } })
  }
  const ours = all.filter(({ name }) => !foreign.has(name))
  const owned = ours.map(({ name, annotations, nets }) => {
    const span = ours.length === 1 ? EVERY_ADDRESS : readSpan(annotations[SPAN_ANNOTATION] ?? '')
    if (span === null) throw new Error(`${name} has no span`)
    return { name, nets, span }
  })
  owned.sort((a, b) => (a.span.first < b.span.first ? -1 : 1))
  expect(owned[0]).toMatchObject({ name: 'threatfeed.a', span: { first: EVERY_ADDRESS.first } })
  expect(owned.at(-1)?.span.last).toBe(EVERY_ADDRESS.last)
  owned.slice(1).forEach(({ span }, i) => expect(span.first).toBe((owned[i]?.span.last ?? 0n) + 1n))
  const ranges = rangesOfNets(set)
  for (const { nets, span } of owned) expect(nets).toEqual(netsIn(ranges, span))
  const covered = owned.flatMap(({ nets }) => nets).flatMap((net) => [...placesOf([net])])
  expect(covered).toHaveLength(new Set(covered).size)
  expect(new Set(covered)).toEqual(placesOf(set))
  for (const { labels } of ours) expect(labels).toEqual({ level: 'high', [FEED_UID_LABEL]: feed.uid })
  expect(done).toMatchObject({ objects: ours.length, prefixes: owned.flatMap(({ nets }) => nets).length })
}

/** A history that fails is made smaller for half a minute at most. */
const SHRUNK = { interruptAfterTimeLimit: patience(100) }
/** A history takes several syncs. */
const SYNCS = 10

const NOTHING_BETWEEN = { crash: null, race: null }

describe('histories of a network set', () => {
  it('G-01 G-03 G-04 G-05 at every write what was and stays is covered, and in the end it is the set, whatever crashes and whoever else writes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sync, { minLength: 1, maxLength: 6 }), async (syncs) => {
        const given = setUp()
        for (const { set, hands, ...between } of syncs) {
          for (const one of hands) given.act(one)
          await given.run(set, between)
          const done = await given.run(set, NOTHING_BETWEEN)
          if (done === null) throw new Error('crashed without a crash')
          expectSettled(given, set, done)
          expect(await given.run(set, NOTHING_BETWEEN)).toMatchObject({ writes: 0 })
        }
      }),
      { numRuns: runs(100), ...SHRUNK },
    )
  }, SYNCS * patience(100))

  it('G-04 G-05 what several crashed syncs of different sets leave is healed by the next', async () => {
    const crashing = sync.map((one) => ({ ...one, crash: one.crash ?? { write: 0, after: true } }))
    await fc.assert(
      fc.asyncProperty(fc.array(crashing, { minLength: 2, maxLength: 6 }), aSet, async (syncs, set) => {
        const given = setUp()
        for (const { set: other, hands, ...between } of syncs) {
          for (const one of hands.slice(1)) given.act(one)
          await given.run(other, between)
        }
        const done = await given.run(set, NOTHING_BETWEEN)
        if (done === null) throw new Error('crashed without a crash')
        expectSettled(given, set, done)
      }),
      { numRuns: runs(60), ...SHRUNK },
    )
  }, SYNCS * patience(60))

  it('G-04 one member more or less rewrites two objects at most, three where one is cut or joined', async () => {
    await fc.assert(
      fc.asyncProperty(aSet, fc.array(fc.integer({ min: 0, max: 127 }), { minLength: 1, maxLength: 12 }), async (start, places) => {
        const given = setUp()
        let set = new Set(start)
        let objects = (await given.run([...set], NOTHING_BETWEEN))?.objects ?? 0
        for (const place of places) {
          const host = EVERYTHING[place] ?? ''
          set = new Set(set)
          if (!set.delete(host)) set.add(host)
          const done = await given.run([...set], NOTHING_BETWEEN)
          expect(done?.writes).toBeLessThanOrEqual(done?.objects === objects ? 2 : 3)
          objects = done?.objects ?? 0
        }
      }),
      { numRuns: runs(60), ...SHRUNK },
    )
  }, SYNCS * patience(60))
})
