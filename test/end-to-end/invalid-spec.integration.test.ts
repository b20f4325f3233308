import { describe, expect, it } from 'vitest'
import { type Cluster, eventually, flow } from './cluster.ts'
import type { FeedServer } from './feed-server.ts'
import { startLaxKubernetes } from './lax-kubernetes.ts'
import { setStage } from './stage.ts'

let cluster: Cluster
let host: FeedServer
setStage(
  (stage) => {
    cluster = stage.cluster
    host = stage.host
  },
  { kubernetes: startLaxKubernetes },
)

const spec = (path: string, labels: Record<string, string> = { level: 'high' }) => ({
  pull: { period: '1h', http: { url: `${host.origin}${path}` } },
  globalNetworkSet: { labels },
})
const conditions = async (name: string): Promise<readonly { readonly type: string; readonly message: string }[]> => (await cluster.feed(name)).status?.errorConditions ?? []
const well = (name: string): Promise<unknown> =>
  eventually(`${name} is well`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined && (status.errorConditions ?? []).length === 0)
/** Waits until the only condition is InvalidSpec and names this field. */
const invalid = async (name: string, field: string): Promise<string> => {
  const [only] = await eventually(`${name} says ${field}`, () => conditions(name), (found) => found.length === 1 && found[0]?.type === 'InvalidSpec' && found[0].message.includes(field))
  return only?.message ?? ''
}
const nets = async (name: string): Promise<readonly string[] | undefined> => (await cluster.networkSet(`threatfeed.${name}`))?.spec.nets
const found = async (name: string, address: string): Promise<void> => {
  await cluster.log('flow', [flow({ dest_ip: address })])
  await eventually(`an event of ${address}`, () => cluster.events(name), (events) => events.some(({ dest_ip: hit }) => hit === address))
}

describe('V-23 an invalid stanza of the network set', () => {
  it('V-23 costs the network set alone: the feed pulls, stores and searches, what is enforced stays, and mending it brings it up to date', async () => {
    host.answer('/stanza.txt', '198.51.100.1\n')
    await cluster.apply('stanza', spec('/stanza.txt'))
    await eventually('the network set', () => nets('stanza'), (set) => set?.[0] === '198.51.100.1/32')
    await cluster.patch('stanza', { spec: { globalNetworkSet: { labels: { 'no label!': 'x' } } } })
    await invalid('stanza', 'globalNetworkSet')
    host.answer('/stanza.txt', '198.51.100.2\n')
    expect(await cluster.refresh('stanza')).toMatchObject({ outcome: 'updated' })
    expect(await cluster.document('IPSet', 'stanza')).toEqual(['198.51.100.2/32'])
    await found('stanza', '198.51.100.2')
    expect(await nets('stanza')).toEqual(['198.51.100.1/32'])
    expect((await conditions('stanza')).map(({ type }) => type)).toEqual(['InvalidSpec'])
    await cluster.patch('stanza', { spec: { globalNetworkSet: { labels: { 'no label!': null } } } })
    await eventually('the network set follows', () => nets('stanza'), (set) => set?.[0] === '198.51.100.2/32')
    await well('stanza')
  })

  it('V-23 V-05 a feed that begins with one, or of names, has no network set and all the rest', async () => {
    host.answer('/begins.txt', '198.51.100.3\n')
    await cluster.apply('begins', spec('/begins.txt', { level: 'not a label' }))
    await cluster.apply('names', { content: 'DomainNameSet', ...spec('/names.txt') })
    host.answer('/names.txt', 'bad.example\n')
    await invalid('begins', 'globalNetworkSet')
    await found('begins', '198.51.100.3')
    expect(await nets('begins')).toBeUndefined()
    await invalid('names', 'globalNetworkSet')
    await eventually('the names', () => cluster.document('DomainNameSet', 'names'), (document) => document?.[0] === 'bad.example')
  })
})

describe('V-23 any other invalid field', () => {
  it('V-23 V-15 T-04 stops pulls while the last good set stays stored, searched and enforced, and mending it pulls again', async () => {
    host.answer('/good.txt', '198.51.100.10\n')
    await cluster.apply('good', spec('/good.txt'))
    await eventually('the network set', () => nets('good'), (set) => set?.[0] === '198.51.100.10/32')
    host.answer('/good.txt', '198.51.100.11\n')
    const secret = (name: string): object[] => [{ name: 'Authorization', valueFrom: { secretKeyRef: { name, key: 'k' } } }]
    const mistakes: readonly (readonly [field: string, mistake: object, mended: object])[] = [
      ['spec.content', { content: 'IPSets' }, { content: null }],
      ['spec.pull.http.url', { pull: { http: { url: `ftp://127.0.0.1/canary?key=canary` } } }, { pull: { http: { url: `${host.origin}/good.txt` } } }],
      ['spec.pull.http.format', { pull: { http: { format: { csv: { fieldNum: -1 } } } } }, { pull: { http: { format: null } } }],
      ['spec.pull.http.headers', { pull: { http: { headers: secret('kube-root-token') } } }, { pull: { http: { headers: null } } }],
    ]
    for (const [field, mistake, mended] of mistakes) {
      await cluster.patch('good', { spec: mistake })
      expect(await invalid('good', field)).not.toContain('canary')
      expect(await cluster.refresh('good')).toMatchObject({ outcome: 'invalid' })
      expect({ field, asked: host.count('/good.txt'), document: await cluster.document('IPSet', 'good') }).toEqual({ field, asked: 1, document: ['198.51.100.10/32'] })
      await cluster.patch('good', { spec: mended })
      await eventually(`${field} is mended`, () => conditions('good'), (left) => left.length === 0)
    }
    // With all of them at once, each is named, and a log is matched and an edit reverted all the same.
    await cluster.patch('good', { spec: { content: 'IPSets', pull: { period: '1m' }, description: 'd'.repeat(257) } })
    const message = await invalid('good', 'spec.content')
    for (const field of ['spec.pull.period', 'spec.description']) expect(message).toContain(field)
    await found('good', '198.51.100.10')
    await cluster.editNetworkSet('threatfeed.good', { spec: { nets: ['10.0.0.0/8'] } })
    await eventually('the edit is reverted', () => nets('good'), (set) => set?.[0] === '198.51.100.10/32')
    await cluster.removeNetworkSet('threatfeed.good')
    await eventually('it is made again', () => nets('good'), (set) => set?.[0] === '198.51.100.10/32')
    const asked = host.count('/good.txt')
    await cluster.patch('good', { spec: { content: null, pull: { period: '1h' }, description: null } })
    await well('good')
    expect(await cluster.refresh('good')).toMatchObject({ outcome: 'updated' })
    expect(host.count('/good.txt')).toBe(asked + 1)
    await eventually('the network set follows', () => nets('good'), (set) => set?.[0] === '198.51.100.11/32')
  })
})

describe('V-21 invalid annotations', () => {
  it('V-18 T-02 T-05 V-21 are one InvalidSpec that names them all, keep the host from being asked, and go with an edit', async () => {
    host.answer('/annotated.txt', '198.51.100.40\n')
    await cluster.apply('annotated', spec('/annotated.txt'), {
      'threatfeeds.projectcalico.org/lookback': 'soon',
      'threatfeeds.projectcalico.org/match': 'everything',
    })
    expect(await invalid('annotated', 'lookback')).toContain('match')
    expect(host.count('/annotated.txt')).toBe(0)
    // The status is written although the spec is invalid, with the generation that is.
    const { metadata, status } = await cluster.feed('annotated')
    expect(status).toMatchObject({ observedGeneration: metadata.generation, conditions: [{ type: 'Ready', status: 'False', reason: 'InvalidSpec' }, { type: 'Synced', status: 'False' }, {}, {}] })
    await cluster.patch('annotated', {
      metadata: { annotations: { 'threatfeeds.projectcalico.org/lookback': null, 'threatfeeds.projectcalico.org/match': null } },
    })
    await well('annotated')
  })
})
