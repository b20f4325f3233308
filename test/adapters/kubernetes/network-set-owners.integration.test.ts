import { describe, expect, inject, it } from 'vitest'
import { KubernetesNetworkSetOwners } from '../../../adapters/kubernetes/network-set-owners.ts'
import { FEED_UID_LABEL } from '../../../domain/network-set/network-set.ts'
import { Cluster, kubeConfigOf, NEVER, uniqueName } from './cluster.ts'

const cluster = new Cluster(kubeConfigOf(inject('servers')['KUBECONFIG']))

describe('owners of network sets on the API server', () => {
  it('S-05 G-02 are told by objects that have both a name of a feed and our label', async () => {
    const [feed, uid] = [uniqueName('owner'), uniqueName('uid')]
    const labelled = { labels: { [FEED_UID_LABEL]: uid } }
    await cluster.createNetworkSet(`threatfeed.${feed}`, ['192.0.2.1/32'], labelled)
    await cluster.createNetworkSet(`threatfeed-7.${feed}`, ['192.0.2.2/32'], labelled)
    await cluster.createNetworkSet(`threatfeed.${feed}-unlabelled`, ['192.0.2.3/32'])
    await cluster.createNetworkSet(`threatfeed.${feed}-blank`, ['192.0.2.4/32'], { labels: { [FEED_UID_LABEL]: '' } })
    await cluster.createNetworkSet(`${feed}-named-otherwise`, ['192.0.2.5/32'], labelled)
    const owners = await new KubernetesNetworkSetOwners(cluster.server, cluster.groups).list(NEVER)
    expect(owners.filter((owner) => owner.name.startsWith(feed) || owner.uid === uid)).toEqual([{ name: feed, uid }, { name: feed, uid }])
  })
})
