import { describe, expect, inject, it } from 'vitest'
import { KubernetesNetworkSetApi } from '../../../adapters/kubernetes/network-set-api.ts'
import { FEED_UID_LABEL, SPAN_ANNOTATION } from '../../../domain/network-set/network-set.ts'
import { MAX_PREFIXES } from '../../../domain/network-set/plan.ts'
import { Cluster, kubeConfigOf, metadataOf, NETWORK_SETS, NEVER, uniqueName } from './cluster.ts'
import { networkSetApiContract } from './contracts/network-set-api.ts'

const cluster = new Cluster(kubeConfigOf(inject('servers')['KUBECONFIG']))
const api = new KubernetesNetworkSetApi(cluster.server, cluster.groups)

/** The longest that there are, none of them mergeable: what an object of the greatest size holds. */
function longest(count: number, group = 0xb): string[] {
  return Array.from({ length: count }, (_, at) => {
    const low = (0x1000 + Math.floor(at / 0x7000)).toString(16)
    return `2001:db88:1111:2222:3333:${group.toString(16)}bbb:${low}:${(0x1001 + (at % 0x7000) * 2).toString(16)}/128`
  })
}

describe('network sets on the API server', () => {
  networkSetApiContract(() => api)

  it('G-04 creates and rewrites an object of 20,000 of the longest prefixes', async () => {
    const [feed, uid] = [uniqueName('large'), uniqueName('uid')]
    const object = { name: `threatfeed.${feed}`, labels: { [FEED_UID_LABEL]: uid }, annotations: {}, nets: longest(MAX_PREFIXES) }
    expect(Math.min(...object.nets.map((net) => net.length))).toBe(43)
    await api.create(object, NEVER)
    const [held] = await api.list(feed, uid, NEVER)
    expect(held?.nets).toEqual(object.nets)
    if (held === undefined) throw new Error('not listed')
    expect(await api.update({ ...held, nets: longest(MAX_PREFIXES, 0xc) }, NEVER)).toBe(true)
    expect((await api.list(feed, uid, NEVER))[0]?.nets).toEqual(longest(MAX_PREFIXES, 0xc))
    expect(metadataOf(await cluster.read(`${NETWORK_SETS}/threatfeed.${feed}`))['managedFields']).toBeUndefined()
  })

  it('G-05 an update leaves what is not ours: finalizers, owners, domains', async () => {
    const [feed, uid] = [uniqueName('others'), uniqueName('uid')]
    const path = `${NETWORK_SETS}/threatfeed.${feed}`
    await cluster.createNetworkSet(`threatfeed.${feed}`, ['10.0.0.0/8'], { annotations: { [SPAN_ANNOTATION]: 'x' } })
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' }]
    await cluster.patch(path, { metadata: { ownerReferences }, spec: { allowedEgressDomains: ['example.com'] } })
    const [object] = await api.list(feed, uid, NEVER)
    if (object === undefined) throw new Error('not listed')
    await api.update({ ...object, labels: { [FEED_UID_LABEL]: uid }, annotations: {}, nets: ['192.0.2.0/24'] }, NEVER)
    const held = await cluster.read(path)
    expect(held).toMatchObject({
      metadata: { ownerReferences, labels: { [FEED_UID_LABEL]: uid } },
      spec: { allowedEgressDomains: ['example.com'], nets: ['192.0.2.0/24'] },
    })
    expect(metadataOf(held)['annotations'] ?? {}).toEqual({})
  })

  it('G-06 T-04 a refused write names the object and the reason, and no prefix', async () => {
    const name = `threatfeed.${uniqueName('refused')}`
    const object = { name, labels: { [FEED_UID_LABEL]: 'not a label value' }, annotations: {}, nets: ['192.0.2.77/32', '192.0.2.77/32'] }
    const failure = await api.create(object, NEVER).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'GlobalNetworkSetSyncFailed', failureClass: 'user' })
    expect(String(failure)).toContain(name)
    expect(String(failure)).not.toContain('192.0.2.77')
    expect(failure).not.toHaveProperty('cause')
  })
})
