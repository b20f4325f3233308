import { afterEach, describe, expect, it } from 'vitest'
import { OwnerReferences } from '../../../adapters/kubernetes/owner-reference.ts'
import { startGroupServer, type GroupServer } from '../../end-to-end/group-servers.ts'
import { Cluster, kubeConfigOf, NEVER } from './cluster.ts'

const PAGE = 'projectcalico.org/v3'
const CALICO = 'crd.projectcalico.org/v1'
const OWNER = { name: 'deny-list', uid: 'u' }

/** Servers of its own: which groups serve the kinds is what is tried. */
let kubernetes: GroupServer | undefined
afterEach(async () => {
  await kubernetes?.stop()
  kubernetes = undefined
})

async function cluster(feeds: string, sets: string) {
  kubernetes = await startGroupServer()
  await kubernetes.install([
    ['globalthreatfeeds', feeds],
    ['globalnetworksets', sets],
  ])
  const { server, groups } = new Cluster(kubeConfigOf(kubernetes.kubeconfig))
  // What was found before has lost its minute.
  return { server: kubernetes, reference: () => new OwnerReferences(server, groups).of(OWNER, NEVER) }
}

describe('a feed as the owner of its network set', () => {
  it('G-05 is one where both kinds are CRDs of one group, and none once an aggregated API server has the group', async () => {
    const { server, reference } = await cluster(PAGE, PAGE)
    expect(await reference()).toEqual({ apiVersion: PAGE, kind: 'GlobalThreatFeed', ...OWNER })
    await server.breakGroup()
    expect(await reference()).toBeNull()
    await server.mendGroup()
    expect(await reference()).not.toBeNull()
  })

  it('G-05 is none where the kinds are in two groups', async () => {
    expect(await (await cluster(CALICO, PAGE)).reference()).toBeNull()
  })
})
