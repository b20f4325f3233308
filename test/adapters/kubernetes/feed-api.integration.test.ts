import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { clusterUid } from '../../../adapters/kubernetes/cluster-uid.ts'
import { KubernetesFeedApi } from '../../../adapters/kubernetes/feed-api.ts'
import type { FeedStatus } from '../../../domain/status/feed-status.ts'
import { pageCrd } from '../../deploy/page-crd.ts'
import { Cluster, FEEDS, kubeConfigOf, metadataOf, NEVER, uidOf, uniqueName } from './cluster.ts'
import { feedApiContract, writeStatus } from './contracts/feed-api.ts'

const cluster = new Cluster(kubeConfigOf(inject('servers')['KUBECONFIG']))
const api = new KubernetesFeedApi(cluster.server, cluster.groups)

describe('feeds on the API server', () => {
  // L-05 and L-06 among them.
  feedApiContract(() => ({
    api,
    create: async (name, spec) => uidOf(await cluster.createFeed(name, spec)),
    remove: (name) => cluster.remove(`${FEEDS}/${name}`),
  }))

  it('T-06 a status write that loses races lands all the same', async () => {
    const name = uniqueName('raced')
    const uid = uidOf(await cluster.createFeed(name))
    const others = Array.from({ length: 20 }, (_, at) => cluster.patch(`${FEEDS}/${name}`, { metadata: { annotations: { note: String(at) } } }))
    const ours = Array.from({ length: 3 }, (_, at) =>
      writeStatus(api, name, uid, { lastSuccessfulSync: `2026-03-01T12:00:0${at}Z`, errorConditions: [] }),
    )
    await Promise.all([...others, ...ours])
    expect((await api.read(name, NEVER))?.object['status']).toMatchObject({ lastSuccessfulSync: '2026-03-01T12:00:02Z' })
  })

  it('T-02 removes conditions that are no longer wanted', async () => {
    const name = uniqueName('healed')
    const uid = uidOf(await cluster.createFeed(name))
    await writeStatus(api, name, uid, { errorConditions: [{ type: 'PullFailed', message: 'x' }] })
    await writeStatus(api, name, uid, { errorConditions: [] })
    expect((await api.read(name, NEVER))?.object['status']).toEqual({ errorConditions: [] })
  })

  describe('what our own CRD adds', () => {
    const AT = '2026-03-01T12:00:00Z'
    const wanted: FeedStatus = {
      lastSuccessfulSync: AT,
      errorConditions: [],
      observedGeneration: 1,
      conditions: [{ type: 'Ready', status: 'True', observedGeneration: 1, lastTransitionTime: AT, reason: 'Ready', message: 'well' }],
      set: { version: 'a1b2c3d4e5f6', members: 3, added: 3, removed: 0, rejected: 2, rejectedByReason: { empty: 1, zone: 1 }, adoptedAt: AT },
      networkSet: { objects: 1, prefixes: 3 },
    }

    it('T-05 is stored, read as it was written, and taken out when it is no longer so', async () => {
      const name = uniqueName('figures')
      const uid = uidOf(await cluster.createFeed(name))
      const change = await api.updateStatus(name, uid, () => wanted, NEVER)
      expect(change?.after).toEqual(wanted)
      expect(await writeStatus(api, name, uid, wanted)).toBe(false)
      const { lastSuccessfulSync, errorConditions, observedGeneration, conditions } = wanted
      const rest = { lastSuccessfulSync, errorConditions, observedGeneration, conditions } as FeedStatus
      expect((await api.updateStatus(name, uid, () => rest, NEVER))?.after).toEqual(rest)
    })

    it('T-05 is dropped by a CRD that lacks it, and writing it over and over changes nothing there', async () => {
      const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
      await cluster.create(crds, pageCrd('vendor.example'))
      onTestFinished(() => cluster.remove(`${crds}/globalthreatfeeds.vendor.example`))
      const path = '/apis/vendor.example/v3/globalthreatfeeds'
      const vendors = new KubernetesFeedApi(cluster.server, { pathOf: async () => path })
      const object = { apiVersion: 'vendor.example/v3', kind: 'GlobalThreatFeed', metadata: { name: 'a' }, spec: {} }
      const created = await vi.waitFor(() => cluster.create(path, object), { timeout: 30_000, interval: 100 })
      const first = await vendors.updateStatus('a', uidOf(created), () => wanted, NEVER)
      expect(first?.after).toEqual({ lastSuccessfulSync: AT, errorConditions: [] })
      const { resourceVersion } = metadataOf(await cluster.read(`${path}/a`))
      for (let time = 0; time < 3; time += 1) await writeStatus(vendors, 'a', uidOf(created), wanted)
      expect(metadataOf(await cluster.read(`${path}/a`))['resourceVersion']).toBe(resourceVersion)
    })
  })

  it('ends with the caller’s reason when it is aborted', async () => {
    const reason = new Error('stop')
    await expect(api.read('any', AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  it('L-01 tells the uid of a cluster', async () => {
    expect(await clusterUid(cluster.server, NEVER)).toBe(uidOf(await cluster.read('/api/v1/namespaces/kube-system')))
  })
})
