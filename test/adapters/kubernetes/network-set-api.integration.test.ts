import { describe, expect, inject, it } from 'vitest'
import { KubernetesNetworkSetApi } from '../../../adapters/kubernetes/network-set-api.ts'
import { FEED_UID_LABEL, SPAN_ANNOTATION } from '../../../domain/network-set/network-set.ts'
import { NETWORK_SET_LIMITS } from '../../../domain/network-set/limits.ts'
import { Cluster, kubeConfigOf, metadataOf, NETWORK_SETS, NEVER, uniqueName } from './cluster.ts'
import { networkSetApiContract } from './contracts/network-set-api.ts'

const cluster = new Cluster(kubeConfigOf(inject('servers')['KUBECONFIG']))
const api = new KubernetesNetworkSetApi(cluster.server, cluster.groups)

/** The longest that there are, none of them mergeable: more than what an object of the greatest size holds. */
function longest(count: number, group = 0xb): string[] {
  return Array.from({ length: count }, (_, at) => {
    const low = (0x1000 + Math.floor(at / 0x7000)).toString(16)
    return `2001:db88:1111:2222:3333:${group.toString(16)}bbb:${low}:${(0x1001 + (at % 0x7000) * 2).toString(16)}/128`
  })
}

describe('network sets on the API server', () => {
  networkSetApiContract(() => api)

  it('G-04 creates and rewrites an object of 20,000 of the longest prefixes: PUT, without managed fields', async () => {
    const feed = { name: uniqueName('large'), uid: uniqueName('uid') }
    const object = { name: `threatfeed.${feed.name}`, labels: { [FEED_UID_LABEL]: feed.uid }, annotations: {}, nets: longest(NETWORK_SET_LIMITS.prefixes) }
    expect(Math.min(...object.nets.map((net) => net.length))).toBe(43)
    const made = await api.create(object, feed, NEVER)
    if (made === null) throw new Error('not created')
    expect(await api.read(made, NEVER)).toEqual(object.nets)
    const path = `${NETWORK_SETS}/threatfeed.${feed.name}`
    expect(metadataOf(await cluster.read(path))['managedFields']).toBeUndefined()
    const others = longest(NETWORK_SET_LIMITS.prefixes, 0xc)
    expect(await api.update(made, { ...object, nets: others }, feed, NEVER)).toBe(true)
    const held = await cluster.read(path)
    expect(held).toMatchObject({ spec: { nets: others } })
    expect(metadataOf(held)['managedFields']).toBeUndefined()
  })

  it('G-05 an update leaves what is not ours: finalizers, owners, domains', async () => {
    const feed = { name: uniqueName('others'), uid: uniqueName('uid') }
    const name = `threatfeed.${feed.name}`
    await cluster.createNetworkSet(name, ['10.0.0.0/8'], { annotations: { [SPAN_ANNOTATION]: 'x' } })
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' }
    await cluster.patch(`${NETWORK_SETS}/${name}`, {
      metadata: { ownerReferences: [configMap], finalizers: ['example.com/kept'] },
      spec: { allowedEgressDomains: ['example.com'] },
    })
    const [object] = await api.list(feed, 'labelled-or-named', NEVER)
    if (object === undefined) throw new Error('not listed')
    await api.update(object, { name, labels: { [FEED_UID_LABEL]: feed.uid }, annotations: {}, nets: ['192.0.2.0/24'] }, feed, NEVER)
    const held = await cluster.read(`${NETWORK_SETS}/${name}`)
    expect(held).toMatchObject({
      metadata: { labels: { [FEED_UID_LABEL]: feed.uid }, finalizers: ['example.com/kept'] },
      spec: { allowedEgressDomains: ['example.com'], nets: ['192.0.2.0/24'] },
    })
    expect(metadataOf(held)['ownerReferences']).toContainEqual(configMap)
    expect(metadataOf(held)['annotations'] ?? {}).toEqual({})
    await cluster.patch(`${NETWORK_SETS}/${name}`, { metadata: { finalizers: null } })
  })

  it('G-04 neither a new object nor a rewritten one keeps who wrote which prefix', async () => {
    const feed = { name: uniqueName('fields'), uid: uniqueName('uid') }
    const object = { name: `threatfeed.${feed.name}`, labels: { [FEED_UID_LABEL]: feed.uid }, annotations: {}, nets: ['192.0.2.0/24'] }
    const made = await api.create(object, feed, NEVER)
    if (made === null) throw new Error('not created')
    const fields = async (): Promise<unknown> => metadataOf(await cluster.read(`${NETWORK_SETS}/${object.name}`))['managedFields']
    expect(await fields()).toBeUndefined()
    await api.update(made, { ...object, nets: ['198.51.100.0/24'] }, feed, NEVER)
    expect(await fields()).toBeUndefined()
  })

  it('G-04 G-05 what a worker left empty when it crashed, between making an object and filling it, is ours to fill', async () => {
    const feed = { name: uniqueName('half'), uid: uniqueName('uid') }
    const object = { name: `threatfeed.${feed.name}`, labels: { [FEED_UID_LABEL]: feed.uid }, annotations: {}, nets: ['192.0.2.0/24'] }
    await cluster.createNetworkSet(object.name, [], { labels: object.labels })
    const [half] = await api.list(feed, 'labelled-or-named', NEVER)
    if (half === undefined) throw new Error('not listed')
    expect(await api.read(half, NEVER)).toEqual([])
    expect(await api.update(half, object, feed, NEVER)).toBe(true)
  })

  it('G-06 T-04 a refused write names the object and the reason, and no prefix', async () => {
    const name = `threatfeed.${uniqueName('refused')}`
    const object = { name, labels: { [FEED_UID_LABEL]: 'not a label value' }, annotations: {}, nets: ['192.0.2.77/32', '192.0.2.77/32'] }
    const failure = await api.create(object, { name: 'refused', uid: 'x' }, NEVER).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'GlobalNetworkSetSyncFailed', failureClass: 'user' })
    expect(String(failure)).toContain(name)
    expect(String(failure)).not.toContain('192.0.2.77')
    expect(failure).not.toHaveProperty('cause')
  })
})
