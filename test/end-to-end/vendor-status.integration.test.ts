import { describe, expect, it } from 'vitest'
import { type Cluster, eventually } from './cluster.ts'
import type { FeedServer } from './feed-server.ts'
import { startVendorKubernetes } from './lax-kubernetes.ts'
import { setStage } from './stage.ts'

let cluster: Cluster
let host: FeedServer
setStage(
  (stage) => {
    cluster = stage.cluster
    host = stage.host
  },
  { kubernetes: startVendorKubernetes },
)

const status = async (name: string) => (await cluster.feed(name)).status ?? {}
/** Reasons of the events on feeds, the only ones there are on this server. */
const told = async (): Promise<readonly string[]> => {
  const events = JSON.parse(await cluster.kubernetesEvents()) as { readonly reason: string; readonly involvedObject: { readonly kind: string } }[]
  return events.filter(({ involvedObject }) => involvedObject.kind === 'GlobalThreatFeed').map(({ reason }) => reason).sort()
}

describe('a feed on the vendor’s CRD', () => {
  it('T-05 T-06 has the status of the page and no more, is told of by its conditions alone, and is not written for what is dropped', async () => {
    host.answer('/list.txt', (_, response) => response.writeHead(500).end())
    await cluster.apply('vendors', { pull: { period: '1h', http: { url: `${host.origin}/list.txt` } }, globalNetworkSet: { labels: { level: 'high' } } })
    await eventually('it fails', () => status('vendors'), ({ errorConditions = [] }) => errorConditions[0]?.type === 'PullFailed')
    host.answer('/list.txt', '198.51.100.1\n')
    expect(await cluster.refresh('vendors')).toMatchObject({ outcome: 'updated' })
    await eventually('it is well', () => status('vendors'), ({ errorConditions = [], lastSuccessfulSearch }) => errorConditions.length === 0 && lastSuccessfulSearch !== undefined)
    await eventually('the network set', () => cluster.networkSet('threatfeed.vendors'), (set) => set !== null)
    expect(Object.keys(await status('vendors')).sort()).toEqual(['errorConditions', 'lastSuccessfulSearch', 'lastSuccessfulSync'])
    await eventually('the events', told, (reasons) => reasons.length >= 2)
    expect(await told()).toEqual(['PullFailed', 'Recovered'])

    // A spec that was looked at is reported for our own CRD's sake, and that report changes nothing here.
    await cluster.patch('vendors', { spec: { description: 'another generation' } })
    const version = async (): Promise<string | undefined> => (await cluster.feed('vendors')).metadata.resourceVersion
    const edited = await version()
    const last = (await cluster.state('vendors')).lastSearchAt ?? 0
    await eventually('later searches', () => cluster.state('vendors'), ({ lastSearchAt }) => (lastSearchAt ?? 0) > last + 5_000)
    expect(await version()).toBe(edited)
    expect(await told()).toEqual(['PullFailed', 'Recovered'])
  })
})
