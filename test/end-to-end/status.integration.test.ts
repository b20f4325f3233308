import { describe, expect, it } from 'vitest'
import { runKubectl } from '../deploy/run-kubectl.ts'
import { type Cluster, eventually, flow } from './cluster.ts'
import type { FeedServer } from './feed-server.ts'
import { setStage } from './stage.ts'

let cluster: Cluster
let host: FeedServer
setStage((stage) => {
  cluster = stage.cluster
  host = stage.host
})

const kubectl = async (...args: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await runKubectl(cluster.env['KUBECONFIG'] ?? '', args)
  return stdout + stderr
}
const spec = (path: string, more: Record<string, unknown> = {}) => ({ pull: { period: '1h', http: { url: `${host.origin}${path}` } }, ...more })

interface Shown {
  readonly observedGeneration?: number
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string; readonly observedGeneration: number }[]
  readonly errorConditions?: readonly { readonly type: string; readonly message: string }[]
}
const shown = async (name: string): Promise<Shown> => ((await cluster.feed(name)).status ?? {}) as Shown
const ready = async (name: string): Promise<string> => {
  const { conditions = [] } = await shown(name)
  return conditions.filter(({ type }) => type === 'Ready').map(({ status, reason }) => `${status} ${reason}`).join()
}
/** Events on a feed as kubectl describe lists them, `Type Reason message`. */
const events = async (name: string): Promise<readonly string[]> => {
  const lines = (await kubectl('describe', 'globalthreatfeed.p', name)).split('\n')
  const rows = lines.slice(lines.indexOf('Events:') + 1).flatMap((line) => [/^ +(Normal|Warning) +(\w+) +\S+(?: \([^)]*\))? +\S+ +(.*)$/.exec(line)])
  return rows.flatMap((row) => (row === null ? [] : [`${String(row[1])} ${String(row[2])}: ${String(row[3])}`]))
}

describe('the status of a feed, as kubectl shows it', () => {
  it('T-05 T-01 is waited for by kubectl wait, follows the spec, and has the figures of the set', async () => {
    host.answer('/figures.txt', '192.0.2.0/25\n192.0.2.128/25\n192.0.2.1%eth0\nno address\n')
    await cluster.apply('figures', spec('/figures.txt', { globalNetworkSet: { labels: { level: 'high' } } }))
    expect(await kubectl('wait', 'globalthreatfeed.p/figures', '--for=condition=Ready', '--timeout=60s')).toBe('globalthreatfeed.projectcalico.org/figures condition met\n')
    const { status, metadata } = await cluster.feed('figures')
    expect(status).toMatchObject({
      observedGeneration: metadata.generation,
      conditions: ['Ready', 'Synced', 'Enforced', 'Searched'].map((type) => ({ type, status: 'True', observedGeneration: metadata.generation })),
      set: { members: 2, added: 2, removed: 0, rejected: 2 },
      networkSet: { objects: 1, prefixes: 1 },
    })
    expect(await kubectl('get', 'globalthreatfeed.p', 'figures')).toMatch(/^figures +IPSet +Enabled +2 +True +Ready +\d+s +\d+s$/m)

    await cluster.patch('figures', { spec: { description: 'another generation' } })
    const { generation } = (await cluster.feed('figures')).metadata
    expect(generation).toBeGreaterThan(metadata.generation)
    await eventually('the new generation is observed', () => shown('figures'), ({ observedGeneration, conditions = [] }) => observedGeneration === generation && conditions.every((one) => one.observedGeneration === generation))

    host.answer('/figures.txt', '192.0.2.0/25\n198.51.100.1\n')
    expect(await cluster.refresh('figures')).toMatchObject({ outcome: 'updated' })
    await eventually('the next figures', () => shown('figures'), (seen) => JSON.stringify(seen).includes('"added":1'))
    expect(await shown('figures')).toMatchObject({ set: { members: 2, added: 1, removed: 1, rejected: 0, rejectedByReason: {} } })
  })

  it('T-02 T-05 says what failed and that it went, and of a disabled feed that it is disabled; each is told once', async () => {
    host.answer('/told.txt', (_, response) => response.writeHead(500).end())
    await cluster.apply('told', spec('/told.txt'))
    await eventually('it fails', () => ready('told'), (text) => text === 'False PullFailed')
    host.answer('/told.txt', '198.51.100.2\n')
    await cluster.refresh('told')
    await eventually('it is well', () => ready('told'), (text) => text === 'True Ready')
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.2' })])
    await cluster.patch('told', { spec: { mode: 'Disabled' } })
    await eventually('it is disabled', () => ready('told'), (text) => text === 'False Disabled')
    expect((await shown('told')).errorConditions).toEqual([])
    expect((await shown('told')).conditions).toHaveLength(1)
    await cluster.patch('told', { spec: { mode: 'Enabled' } })
    await eventually('it is well again', () => ready('told'), (text) => text === 'True Ready')
    const told = await eventually('the last event', () => events('told'), (all) => all.some((event) => event.includes('Enabled')))
    expect([...told].sort()).toEqual([
      'Normal Disabled: the feed is no longer pulled, searched or enforced',
      'Normal Enabled: the feed is pulled, searched and enforced again',
      'Normal Recovered: PullFailed: no longer so',
      'Normal SetUpdated: 1 member is in force, 1 added and 0 removed',
      `Warning PullFailed: ${new URL(host.origin).host}: answered 500`,
    ])
  })
})
