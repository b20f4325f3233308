import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import type { LogStore } from '../../../activities/ports/log-store.ts'
import type { WindowStore } from '../../../activities/ports/window-store.ts'
import { createSearchTools, type SearchPorts } from '../../../activities/search/search-ports.ts'
import { dns, flow, forward, searchWorld, signal, type SearchWorld } from './world.ts'

let world: SearchWorld
beforeEach(async () => {
  world = await searchWorld(inject('servers')['ELASTICSEARCH_URL'] ?? '', 2)
})
afterEach(() => world.close())

const LISTED = '203.0.113.77'
const hit = (): Record<string, unknown> => flow({ dest_ip: LISTED })

/** A feed that stands at a window, as it would after an earlier search. */
async function standing() {
  const set = await world.set([`${LISTED}/32`])
  await world.log('flow', [flow({}), flow({})])
  const { cursor } = await world.forward({ set, cursor: null })
  return { set, cursor }
}

async function make(part: string, settings: Readonly<Record<string, unknown>>): Promise<string> {
  const index = world.index('flow', part)
  await world.client.indices.create({ index, settings })
  return index
}

describe('indices of every kind', () => {
  it.each([
    ['sequence numbers without points', { 'index.seq_no.index_options': 'doc_values_only' }],
    // Its own codec compresses with a native library, which the two artifacts of local/ lack.
    ['the mode logsdb', { 'index.mode': 'logsdb', 'index.codec': 'default' }],
    ['five shards', { 'index.number_of_shards': 5 }],
    ['no refresh of its own', { 'index.refresh_interval': -1 }],
  ])('Q-06 each log of an index with %s is found once, and only from its window on', async (_, settings) => {
    const { set, cursor } = await standing()
    await make('kind', settings)
    await world.log('flow', [hit(), hit(), flow({})], 'kind')
    const first = await world.forward({ set, cursor })
    expect(first).toMatchObject({ hits: 2, newEvents: 2, debts: [], unsearchable: null })
    await world.log('flow', [hit(), hit(), hit()], 'kind')
    expect(await world.forward({ set, cursor: first.cursor })).toMatchObject({ hits: 3, newEvents: 3, debts: [] })
  })

  it('Q-06 an alias that fits the pattern, over two indices that do, doubles nothing', async () => {
    const { set, cursor } = await standing()
    await world.log('flow', [hit()])
    await world.log('flow', [hit()], 'b')
    await world.client.indices.putAlias({ index: [world.index('flow', 'a'), world.index('flow', 'b')], name: world.index('flow', 'alias') })
    expect(await world.forward({ set, cursor })).toMatchObject({ hits: 2, newEvents: 2, debts: [] })
  })

  it('Q-06 an alias that fits the pattern leads to an index of another name', async () => {
    const { set, cursor } = await standing()
    const index = `tigera_secure_ee_elsewhere.${world.cluster}`
    await world.client.indices.create({ index, mappings: { properties: { source_ip: { type: 'ip' }, dest_ip: { type: 'ip' } } } })
    await world.client.indices.putAlias({ index, name: world.index('flow', 'alias') })
    await world.client.index({ index, document: hit() })
    expect(await world.forward({ set, cursor })).toMatchObject({ hits: 1, newEvents: 1, debts: [] })
  })

  it('Q-06 E-03 a shrunk index brings its logs again under another uuid, and no event twice', async () => {
    const { set, cursor } = await standing()
    await world.log('flow', Array.from({ length: 6 }, hit), 'wide')
    const first = await world.forward({ set, cursor })
    expect(first.newEvents).toBe(6)
    const index = world.index('flow', 'wide')
    await world.client.indices.putSettings({ index, settings: { 'index.blocks.write': true } })
    await world.client.indices.shrink({ index, target: world.index('flow', 'narrow'), settings: { 'index.number_of_shards': 1, 'index.blocks.write': null } })
    await world.client.cluster.health({ index: world.index('flow', 'narrow'), wait_for_status: 'yellow', timeout: '60s' })
    await world.client.indices.delete({ index })
    await world.log('flow', [hit()], 'narrow')
    const second = await world.forward({ set, cursor: first.cursor })
    expect(second).toMatchObject({ hits: 7, newEvents: 1, debts: [] })
    expect(await world.forward({ set, cursor: second.cursor })).toMatchObject({ hits: 0, debts: [] })
  })
})

describe('an index without sequence numbers', () => {
  const unnumbered = { 'index.disable_sequence_numbers': true }

  it('Q-11 is said, with the setting to change, while the others are searched and nothing is owed for ever', async () => {
    const { set, cursor } = await standing()
    const index = await make('unnumbered', unnumbered)
    await world.log('flow', [hit()], 'unnumbered')
    await world.log('flow', [hit()])
    const first = await world.forward({ set, cursor })
    expect(first).toMatchObject({ hits: 1, newEvents: 1, debts: [] })
    expect(first.unsearchable).toContain(index)
    expect(first.unsearchable).toContain('index.disable_sequence_numbers')
    const window = await world.ports.windows.newest('flow', signal())
    expect(new Set(window?.points.map((point) => point.index))).toEqual(new Set([world.index('flow', 'a')]))
    await world.client.indices.delete({ index })
    expect((await world.forward({ set, cursor: first.cursor })).unsearchable).toBeNull()
  })

  it('Q-11 is owed nothing that was owed before it was known', async () => {
    const { set, cursor } = await standing()
    const index = await make('unnumbered', unnumbered)
    const settings = await world.client.indices.getSettings({ index })
    const span = { index, uuid: settings[index]?.settings?.index?.uuid ?? '', history: 'h', shard: 0, after: -1, upTo: 3 }
    expect(await world.forward({ set, cursor, debts: [{ span, set }] })).toMatchObject({ debts: [] })
  })
})

describe('a mapping that takes no search', () => {
  it('Q-11 Q-06 is said with the field, while the logs are owed and the others are found', async () => {
    const set = await world.set(['bad.example'])
    const { cursor } = await world.forward({ content: 'DomainNameSet', set, cursor: null })
    await world.client.indices.create({ index: world.index('dns', 'texts'), mappings: { properties: { qname: { type: 'text' } } } })
    await world.log('dns', [dns({ qname: 'bad.example' })], 'texts')
    await world.log('dns', [dns({ qname: 'bad.example' })])
    const found = await world.forward({ content: 'DomainNameSet', set, cursor })
    expect(found).toMatchObject({ newEvents: 1, debts: [{ span: { index: world.index('dns', 'texts') } }] })
    expect(found.unsearchable).toContain(`${world.index('dns', 'texts')} cannot be searched, since the mapping does not take it (illegal_argument_exception at field qname)`)
  })
})

describe('a mapping that hides long names', () => {
  const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.example.org`

  it('Q-11 is said with the field and the setting, once logs come that it hides, and not for long texts that are no names', async () => {
    const set = await world.set(['example.org'])
    await world.client.indices.create({
      index: world.index('dns', 'short'),
      mappings: {
        properties: {
          qname: { type: 'keyword', ignore_above: 100 },
          rrsets: { type: 'nested', properties: { rdata: { type: 'keyword', ignore_above: 100 }, type: { type: 'keyword' } } },
        },
      },
    })
    const key = 'v=DKIM1; p='.padEnd(400, 'k')
    await world.log('dns', [dns({ rrsets: [{ name: 'example.org', type: 'TXT', rdata: [key] }] })], 'short')
    const first = await world.forward({ content: 'DomainNameSet', set, cursor: null })
    expect(first.unsearchable).toBeNull()
    await world.log('dns', [dns({ qname: long })], 'short')
    const { unsearchable } = await world.forward({ content: 'DomainNameSet', set, cursor: first.cursor })
    expect(unsearchable).toContain('raise ignore_above of qname to 256')
    expect(unsearchable).not.toContain('rrsets')
  })

  it('Q-02 Q-06 does not hide a log of which another field matches', async () => {
    const set = await world.set(['example.org'])
    const keyword = { type: 'keyword' } as const
    await world.client.indices.create({
      index: world.index('dns', 'short'),
      mappings: { properties: { qname: { ...keyword, ignore_above: 100 }, rrsets: { type: 'nested', properties: { name: keyword, rdata: keyword, type: keyword } } } },
    })
    const { cursor } = await world.forward({ content: 'DomainNameSet', set, cursor: null })
    await world.log('dns', [dns({ qname: long, rrsets: [{ name: 'www.example.org', type: 'A', rdata: ['192.0.2.1'] }] })], 'short')
    const found = await world.forward({ content: 'DomainNameSet', match: 'subdomains', set, cursor })
    expect(found).toMatchObject({ hits: 1, newEvents: 1, debts: [] })
  })

  it('Q-11 is said for names in answers, and no longer than an hour after the last', async () => {
    const set = await world.set(['example.org'])
    await world.client.indices.create({
      index: world.index('dns', 'short'),
      mappings: { properties: { rrsets: { type: 'nested', properties: { name: { type: 'keyword', ignore_above: 100 }, rdata: { type: 'keyword', ignore_above: 100 } } } } },
    })
    const record = { name: long, type: 'CNAME', rdata: [long] }
    await world.log('dns', [dns({ end_time: new Date(Date.now() - 2 * 3_600_000).toISOString(), rrsets: [record] })], 'short')
    const first = await world.forward({ content: 'DomainNameSet', set, cursor: null })
    expect(first.unsearchable).toBeNull()
    await world.log('dns', [dns({ rrsets: [record] })], 'short')
    const { unsearchable } = await world.forward({ content: 'DomainNameSet', set, cursor: first.cursor })
    expect(unsearchable).toContain('raise ignore_above of rrsets.name to 256, rrsets.rdata to 1024')
  })
})

describe('a cut that stalls', () => {
  /** What a worker does between two steps of its cut while another cuts on. */
  type Step = 'newest' | 'checkpoints' | 'refresh' | 'create'

  /** Ports that sleep before one step, once, until they are woken. */
  function stalling(step: Step): { readonly ports: SearchPorts; readonly asleep: Promise<void>; wake(): void } {
    let wake = (): void => undefined
    let slept = (): void => undefined
    const woken = new Promise<void>((resolve) => (wake = resolve))
    const asleep = new Promise<void>((resolve) => (slept = resolve))
    let calls = 0
    const before = async (at: Step): Promise<void> => {
      // The newest window is read once by whoever asks, and once more by the cut.
      if (at !== step || ++calls !== (step === 'newest' ? 2 : 1)) return
      slept()
      await woken
    }
    const after = <A extends unknown[], R>(at: Step, call: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
      await before(at)
      return call(...args)
    }
    const { logs, windows } = world.ports
    const sleepyLogs: LogStore = { ...logs, checkpoints: after('checkpoints', logs.checkpoints), refresh: after('refresh', logs.refresh) }
    const sleepyWindows: WindowStore = { ...windows, newest: after('newest', windows.newest), create: after('create', windows.create) }
    return { ports: { ...world.ports, logs: sleepyLogs, windows: sleepyWindows }, asleep, wake }
  }

  it.each<Step>(['newest', 'checkpoints', 'refresh', 'create'])('Q-06 before its step "%s", while another worker cuts and searches, misses and doubles nothing', async (step) => {
    const { set, cursor } = await standing()
    await world.log('flow', [hit()])
    const { ports, asleep, wake } = stalling(step)
    const late = forward(ports, createSearchTools(ports), world.cluster, { set, cursor })
    await asleep
    let other = cursor
    for (let round = 0; round < 3; round++) {
      await world.log('flow', [hit()], `part-${round}`)
      const found = await world.forward({ feed: { cluster: world.cluster, name: 'other', uid: 'other' }, set, cursor: other })
      expect(found.hits).toBe(round === 0 ? 2 : 1)
      other = found.cursor
    }
    wake()
    const first = await late
    const second = await world.forward({ set, cursor: first.cursor })
    expect(first.hits + second.hits).toBe(4)
    expect(first.newEvents + second.newEvents).toBe(4)
  })
})

describe('windows restored from yesterday', () => {
  it('Q-06 are cut on from in another chain, every log is found, and no event comes twice', async () => {
    const { set, cursor } = await standing()
    const yesterday = await world.ports.windows.newest('flow', signal())
    await world.log('flow', [hit()])
    const first = await world.forward({ set, cursor })
    await world.log('flow', [hit()])
    const second = await world.forward({ set, cursor: first.cursor })
    if (yesterday === null) throw new Error('a window was cut')
    await world.client.indices.delete({ index: `.threatfeed.windows.${world.cluster}` })
    await world.ports.windows.create(yesterday, signal())
    await world.log('flow', [hit()])
    // Others cut on, up to the number that this feed stands at and beyond.
    for (let i = 0; i < 4; i++) await world.forward({ set: null, cursor: null })
    const third = await world.forward({ set, cursor: second.cursor })
    expect(third).toMatchObject({ hits: 3, newEvents: 1, debts: [] })
    expect((await world.events()).size).toBe(3)
    await world.log('flow', [hit()])
    expect(await world.forward({ set, cursor: third.cursor })).toMatchObject({ hits: 1, newEvents: 1 })
  })
})

describe('a clock that steps back', () => {
  it('Q-06 moves no window: what comes after it is found, once', async () => {
    const { set, cursor } = await standing()
    const now = { at: Date.now() }
    const ports: SearchPorts = { ...world.ports, now: () => new Date(now.at) }
    const tools = createSearchTools(ports)
    await world.log('flow', [hit()])
    const first = await forward(ports, tools, world.cluster, { set, cursor })
    now.at -= 30 * 86_400_000
    await world.log('flow', [hit()])
    const second = await forward(ports, tools, world.cluster, { set, cursor: first.cursor })
    now.at += 60 * 86_400_000
    await world.log('flow', [hit()])
    const third = await forward(ports, tools, world.cluster, { set, cursor: second.cursor })
    expect([first, second, third].map(({ newEvents }) => newEvents)).toEqual([1, 1, 1])
    expect([first, second, third].map((found) => found.cursor.number)).toEqual([1, 2, 3].map((step) => cursor.number + step))
  })
})
