import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { KubernetesFeedApi } from '../../../adapters/kubernetes/feed-api.ts'
import { KubernetesNetworkSetApi } from '../../../adapters/kubernetes/network-set-api.ts'
import { type RunningServers, startServers } from '../../../local/index.ts'
import { Cluster, type Json, kubeConfigOf, NEVER, uidOf } from './cluster.ts'

/** A server of its own: its kinds come and go, and it is stopped and started. */
let servers: RunningServers<'kubernetes'>
let cluster: Cluster
const API_SERVICE = '/apis/apiregistration.k8s.io/v1/apiservices/v3.projectcalico.org'
/** With it, the API server itself looks after the APIService of a CRD's group. */
const AUTOMANAGED = 'kube-aggregator.kubernetes.io/automanaged'
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

beforeAll(async () => {
  const stateDir = await mkdtemp(join('.local', 'test-groups-'))
  servers = await startServers({ stateDir, owned: true, only: ['kubernetes'], deploy: false })
  cluster = new Cluster(kubeConfigOf(servers.kubernetes.kubeconfig))
})
afterAll(() => servers.stop())

/** The kind's CRD as deploy/ has it, in any group. */
async function install(plural: string, group: string, version: string): Promise<void> {
  const crd = parse(await readFile(`deploy/crds/${plural}.yaml`, 'utf8')) as Json & { spec: Json & { versions: Json[] } }
  const name = `${plural}.${group}`
  await cluster.create(CRDS, {
    ...crd,
    // Groups under k8s.io and its kin alone need an approval; ours are none.
    metadata: { name },
    spec: { ...crd.spec, group, versions: crd.spec.versions.map((one) => ({ ...one, name: version })) },
  })
  await expect.poll(async () => (await cluster.read(`/apis/${group}/${version}/${plural}`))?.['kind']).toMatch(/List$/)
}

function fresh() {
  const { server, groups } = new Cluster(kubeConfigOf(servers.kubernetes.kubeconfig))
  return { server, groups, feeds: new KubernetesFeedApi(server, groups), networkSets: new KubernetesNetworkSetApi(server, groups) }
}

describe('the group that serves a kind', () => {
  it('L-05 V-20 a kind that no group serves is ApiUnavailable and no absence', async () => {
    const { feeds, networkSets } = fresh()
    const unserved = { code: 'ApiUnavailable', failureClass: 'user', fields: { status: 404 } }
    await expect(feeds.read('any', NEVER)).rejects.toMatchObject(unserved)
    await expect(feeds.updateStatus('any', 'uid', (shown) => shown, NEVER)).rejects.toMatchObject(unserved)
    await expect(feeds.disable('any', 'uid', NEVER)).rejects.toMatchObject(unserved)
    await expect(networkSets.list({ name: 'any', uid: 'uid' }, 'labelled-or-named', NEVER)).rejects.toMatchObject(unserved)
  })

  it('V-20 finds each kind on its own, and falls back to the group of open-source Calico', async () => {
    await install('globalthreatfeeds', 'crd.projectcalico.org', 'v1')
    await install('globalnetworksets', 'projectcalico.org', 'v3')
    const { groups, feeds, networkSets } = fresh()
    expect(await groups.pathOf('globalthreatfeeds', NEVER)).toBe('/apis/crd.projectcalico.org/v1/globalthreatfeeds')
    expect(await groups.pathOf('globalnetworksets', NEVER)).toBe('/apis/projectcalico.org/v3/globalnetworksets')
    const feed = { apiVersion: 'crd.projectcalico.org/v1', kind: 'GlobalThreatFeed', metadata: { name: 'a' }, spec: {} }
    const uid = uidOf(await cluster.create('/apis/crd.projectcalico.org/v1/globalthreatfeeds', feed))
    expect((await feeds.read('a', NEVER))?.uid).toBe(uid)
    expect(await feeds.read('b', NEVER)).toBeNull()
    expect(await networkSets.list({ name: 'a', uid }, 'labelled', NEVER)).toEqual([])
  })

  it('V-20 prefers the group of the reference page, and remembers what it found', async () => {
    const before = fresh()
    await before.groups.groupOf('globalthreatfeeds', NEVER)
    await install('globalthreatfeeds', 'projectcalico.org', 'v3')
    expect(await fresh().groups.groupOf('globalthreatfeeds', NEVER)).toBe('projectcalico.org/v3')
    expect(await before.groups.groupOf('globalthreatfeeds', NEVER)).toBe('crd.projectcalico.org/v1')
  })

  it('L-05 a kind that is no longer served is ApiUnavailable, never another group and never an absence', async () => {
    const { feeds, groups } = fresh()
    await feeds.read('a', NEVER)
    await cluster.remove(`${CRDS}/globalthreatfeeds.projectcalico.org`)
    await expect.poll(() => cluster.read('/apis/projectcalico.org/v3/globalthreatfeeds')).toBeNull()
    await expect(feeds.read('a', NEVER)).rejects.toMatchObject({ code: 'ApiUnavailable' })
    expect(await groups.groupOf('globalthreatfeeds', NEVER)).toBe('projectcalico.org/v3')
  })

  it('V-20 a group that cannot say now is ApiUnavailable and not remembered as another one', async () => {
    // An APIService whose server is not there: what a cluster shows while Calico's API server is down.
    await cluster.patch(API_SERVICE, {
      metadata: { labels: { [AUTOMANAGED]: null } },
      spec: { service: { namespace: 'calico-apiserver', name: 'calico-api' }, insecureSkipTLSVerify: true },
    })
    await expect.poll(async () => (await cluster.server.request({ method: 'GET', path: '/apis/projectcalico.org/v3' }, NEVER)).status).toBe(503)
    const { feeds } = fresh()
    await expect(feeds.read('a', NEVER)).rejects.toMatchObject({ code: 'ApiUnavailable', failureClass: 'wait', fields: {} })
    await cluster.patch(API_SERVICE, { metadata: { labels: { [AUTOMANAGED]: 'true' } }, spec: { service: null, insecureSkipTLSVerify: null } })
  })

  it('L-05 an API server that is down is ApiUnavailable, and used again once it is back', async () => {
    const { feeds } = fresh()
    await expect.poll(async () => (await feeds.read('a', NEVER).catch(() => null))?.name).toBe('a')
    await servers.kill('kubernetes')
    const failure = await feeds.read('a', NEVER).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'ApiUnavailable', failureClass: 'wait' })
    expect(failure).not.toHaveProperty('cause')
    await servers.restart('kubernetes')
    expect((await feeds.read('a', NEVER))?.name).toBe('a')
  })
})
