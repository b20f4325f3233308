import { describe, expect, inject, it } from 'vitest'
import { clusterUid } from '../../../adapters/kubernetes/cluster-uid.ts'
import { KubernetesFeedApi } from '../../../adapters/kubernetes/feed-api.ts'
import { Cluster, FEEDS, kubeConfigOf, NEVER, uidOf, uniqueName } from './cluster.ts'
import { feedApiContract, writeStatus } from './contracts/feed-api.ts'

const cluster = new Cluster(kubeConfigOf(inject('servers')['KUBECONFIG']))
const api = new KubernetesFeedApi(cluster.server, cluster.groups)

describe('feeds on the API server', () => {
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

  it('ends with the caller’s reason when it is aborted', async () => {
    const reason = new Error('stop')
    await expect(api.read('any', AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  it('L-01 tells the uid of a cluster', async () => {
    expect(await clusterUid(cluster.server, NEVER)).toBe(uidOf(await cluster.read('/api/v1/namespaces/kube-system')))
  })
})
