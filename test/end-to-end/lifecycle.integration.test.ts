import { describe, expect, it } from 'vitest'
import type { Content } from '../../domain/feed/content.ts'
import { deletedSignal, lookAgainSignal } from '../../workflows/messages.ts'
import { eventually, flow } from './cluster.ts'
import type { Cluster } from './cluster.ts'
import type { FeedServer } from './feed-server.ts'
import { setStage } from './stage.ts'
import { startWorker } from './worker.ts'

let cluster: Cluster
let host: FeedServer
setStage((stage) => {
  cluster = stage.cluster
  host = stage.host
})

const runOf = (name: string) => cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/${name}`)
const pull = (path: string, http: Record<string, unknown> = {}) => ({ pull: { period: '1h', http: { url: `${host.origin}${path}`, ...http } } })
/** An index that has only just been made cannot be read yet. */
const membersOf = (name: string, content: Content = 'IPSet') => cluster.document(content, name).catch(() => null)
const document = (name: string, holds: (members: readonly string[] | null) => boolean) => eventually(`the document of ${name}`, () => membersOf(name), holds)
const searches = async (name: string, times: number): Promise<void> => {
  for (let time = 0; time < times; time += 1) {
    const last = (await cluster.state(name)).lastSearchAt ?? 0
    await eventually('another search', async () => (await cluster.state(name)).lastSearchAt ?? 0, (at) => at > last)
  }
}

describe('one run for each feed', () => {
  it('L-01 L-06 however often it is started, by two workers, and whatever is restarted; feed and controller that are terminated come back within a minute', async () => {
    host.answer('/one.txt', '198.51.100.1\n')
    const { metadata } = await cluster.apply('one', { ...pull('/one.txt'), globalNetworkSet: {} })
    await document('one', (members) => members !== null)
    const second = await startWorker(cluster)
    try {
      const start = () =>
        cluster.temporal.workflow.signalWithStart('threatFeed', {
          workflowId: runOf('one').workflowId,
          taskQueue: `threatfeed-${cluster.name}`,
          args: [{ feed: { cluster: cluster.name, name: 'one', uid: metadata.uid } }],
          signal: lookAgainSignal,
          signalArgs: [{ uid: metadata.uid }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        })
      await Promise.all(Array.from({ length: 30 }, start))
      const running = async (): Promise<number> => {
        const query = `WorkflowId = "${runOf('one').workflowId}" AND ExecutionStatus = "Running"`
        return (await cluster.temporal.workflow.count(query)).count
      }
      await eventually('one running run', running, (count) => count === 1)

      const controller = cluster.temporal.workflow.getHandle(`threatfeed-controller/${cluster.name}`)
      const before = [(await runOf('one').describe()).runId, (await controller.describe()).runId]
      await Promise.all([runOf('one').terminate('by hand'), controller.terminate('by hand')])
      const again = async () => [await runOf('one').describe(), await controller.describe()]
      const runs = await eventually('both again', again, (found) => found.every(({ status, runId }) => status.name === 'RUNNING' && !before.includes(runId)), 60_000)
      expect(runs).toHaveLength(2)
      await cluster.log('flow', [flow({ dest_ip: '198.51.100.1' })])
      await eventually('its event', () => cluster.events('one').catch(() => []), (events) => events.length === 1)
      expect(await running()).toBe(1)
      expect(host.count('/one.txt')).toBe(1)

      // The controller's own cancellation is nobody's wish to stop watching.
      await controller.cancel()
      await eventually('the controller again', again, ([, found]) => found?.status.name === 'RUNNING' && found.runId !== runs[1]?.runId, 60_000)
      expect((await cluster.feed('one')).spec['mode'] ?? 'Enabled').toBe('Enabled')
    } finally {
      await second.shutdown()
    }
  }, 240_000)
})

describe('a disabled feed', () => {
  it('L-02 answers a refresh with "disabled", and nothing that arrived meanwhile is searched, though no window was cut for long', async () => {
    host.answer('/idle.txt', '198.51.100.2\n')
    await cluster.apply('idle', { ...pull('/idle.txt'), globalNetworkSet: {} })
    await eventually('the network set', () => cluster.networkSet('threatfeed.idle'), (set) => set !== null)
    await searches('idle', 1)
    await cluster.patch('idle', { spec: { mode: 'Disabled' } })
    await eventually('no network set', () => cluster.networkSet('threatfeed.idle'), (set) => set === null)
    await cluster.log('flow', Array.from({ length: 5 }, () => flow({ dest_ip: '198.51.100.2' })))
    expect(await cluster.refresh('idle')).toMatchObject({ outcome: 'disabled' })
    const { lastSearchAt } = await cluster.state('idle')
    await new Promise((resolve) => setTimeout(resolve, 3000))
    expect((await cluster.state('idle')).lastSearchAt).toBe(lastSearchAt)
    expect((await cluster.feed('idle')).status?.errorConditions ?? []).toEqual([])

    // A worker that has only just come knows no window's age, and the newest is of before all that.
    const other = await startWorker(cluster)
    await cluster.patch('idle', { spec: { mode: 'Enabled' } })
    await eventually('the network set is back', () => cluster.networkSet('threatfeed.idle'), (set) => set !== null)
    await searches('idle', 2)
    await cluster.log('flow', [flow({ _id: 'after-idle', dest_ip: '198.51.100.2' })])
    await eventually('the event of what comes now', () => cluster.events('idle').catch(() => []), (events) => events.length > 0)
    await searches('idle', 2)
    await other.shutdown()
    expect((await cluster.events('idle')).map((event) => (event['record'] as { flow_log_id?: string }).flow_log_id)).toEqual(['after-idle'])
    expect(host.count('/idle.txt')).toBe(1)
  }, 180_000)
})

describe('a changed feed', () => {
  it('L-03 pulls at once for another url, format, header and content, and a former content leaves nothing', async () => {
    host.answer('/changed.txt', '198.51.100.3\n')
    const asked: (string | undefined)[] = []
    host.answer('/changed.json', (request, response) => {
      asked.push(request.headers['x-list']?.toString())
      response.writeHead(200).end(JSON.stringify({ ips: ['198.51.100.4'], names: ['bad.example'], other: ['198.51.100.5'] }))
    })
    await cluster.apply('changed', { ...pull('/changed.txt'), globalNetworkSet: {} })
    await document('changed', (members) => members?.[0] === '198.51.100.3/32')
    const json = (path: string, more: Record<string, unknown> = {}) => pull('/changed.json', { format: { json: { path } }, ...more })
    await cluster.patch('changed', { spec: json('$.ips') })
    await document('changed', (members) => members?.[0] === '198.51.100.4/32')
    await cluster.patch('changed', { spec: json('$.other') })
    await document('changed', (members) => members?.[0] === '198.51.100.5/32')
    await cluster.patch('changed', { spec: json('$.other', { headers: [{ name: 'X-List', value: 'a' }] }) })
    await eventually('a pull with the header', async () => asked.at(-1), (header) => header === 'a')

    await eventually('the network set', () => cluster.networkSet('threatfeed.changed'), (set) => set !== null)
    await cluster.patch('changed', { spec: { content: 'DomainNameSet', globalNetworkSet: null, ...json('$.names') } })
    await eventually('the names', () => membersOf('changed', 'DomainNameSet'), (members) => members?.[0] === 'bad.example')
    expect(await cluster.document('IPSet', 'changed')).toBeNull()
    expect(await cluster.networkSet('threatfeed.changed')).toBeNull()
  }, 180_000)
})

describe('a feed that is made anew', () => {
  it('L-05 starts afresh each time it is deleted and made again, and late messages of lives that are over change nothing', async () => {
    host.answer('/anew.txt', '198.51.100.6\n')
    const { metadata: old } = await cluster.apply('anew', { ...pull('/anew.txt'), globalNetworkSet: {} })
    await eventually('the network set', () => cluster.networkSet('threatfeed.anew'), (set) => set !== null)
    for (let life = 0; life < 5; life += 1) {
      await cluster.remove('anew')
      host.answer('/anew.txt', `198.51.100.${String(100 + life)}\n`)
      const { metadata } = await cluster.apply('anew', { ...pull('/anew.txt'), globalNetworkSet: {} })
      const uid = (): Promise<unknown> => cluster.networkSet('threatfeed.anew').then((set) => [set?.metadata.labels['threatfeeds.projectcalico.org/feed-uid'], set?.spec.nets[0]])
      await eventually('the network set of the new life', uid, (found) => JSON.stringify(found) === JSON.stringify([metadata.uid, `198.51.100.${String(100 + life)}/32`]))
      await document('anew', (members) => members?.[0] === `198.51.100.${String(100 + life)}/32`)
    }
    // Late messages of lives that are over.
    await runOf('anew').signal(deletedSignal, { uid: old.uid })
    await runOf('anew').signal(lookAgainSignal, { uid: old.uid })
    await searches('anew', 3)
    expect(await cluster.document('IPSet', 'anew')).toEqual(['198.51.100.104/32'])
    expect((await cluster.networkSet('threatfeed.anew'))?.spec.nets).toEqual(['198.51.100.104/32'])
    expect(host.count('/anew.txt')).toBe(6)
  }, 240_000)
})
