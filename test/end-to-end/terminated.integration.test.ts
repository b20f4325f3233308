import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServers } from '../../local/index.ts'
import type { RunningServers } from '../../local/index.ts'
import { Cluster, eventually, flow } from './cluster.ts'
import { openFeedServer } from './feed-server.ts'
import type { FeedServer } from './feed-server.ts'
import { keepsBody } from './terminating.ts'
import { openWatchedStore } from './watched-store.ts'
import type { StoreRequest, WatchedStore } from './watched-store.ts'
import { startWorker } from './worker.ts'
import type { TestWorker } from './worker.ts'

/** Servers of its own, since it takes Temporal's memory. */
const stateDir = mkdtempSync(join('.local', 'terminated-'))
let servers: RunningServers
let cluster: Cluster
let host: FeedServer
let store: WatchedStore
let worker: TestWorker

beforeAll(async () => {
  servers = await startServers({ stateDir, owned: true })
  cluster = await Cluster.open(servers.env)
  host = await openFeedServer()
  store = await openWatchedStore(cluster.env['ELASTICSEARCH_URL'] ?? '')
  worker = await startWorker({ env: { ...cluster.env, ELASTICSEARCH_URL: store.url } })
})
afterAll(async () => {
  await worker.shutdown()
  await cluster.close()
  await store.close()
  await host.close()
  await servers.stop()
})

/** Number of a feed: its address, and those that its logs speak to, are its own. */
let numbered = 0

/** A feed of one address, and how it comes to its end: the moment at which its run is terminated. */
class Scene {
  readonly name: string
  readonly listed = `198.51.100.${String(++numbered)}`
  uid = ''
  terminations = 0

  constructor(name: string) {
    this.name = name
    // Moments are known by the uid, which the worker may know before the test does: the host waits for it.
    this.answerAfter(async () => {
      await eventually('the uid', async () => this.uid, (uid) => uid !== '')
      return undefined
    })
  }

  /** @param act resolves to `cut off` where no answer is to follow. */
  answerAfter(act: () => Promise<'cut off' | undefined>): void {
    host.answer(`/${this.name}.txt`, (_, response) => {
      void act().then((then) => {
        if (then === 'cut off') response.destroy()
        else response.writeHead(200, { 'content-type': 'text/plain' }).end(`${this.listed}\n`)
      })
    })
  }

  get run() {
    return cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/${this.name}`)
  }

  /** Logs from before the feed, which its members are owed to. */
  async logBefore(): Promise<void> {
    await cluster.log('flow', [flow({ _id: `${this.name}-before`, dest_ip: this.listed })])
  }

  async logAfter(): Promise<void> {
    await cluster.log('flow', [flow({ _id: `${this.name}-after`, dest_ip: this.listed })])
  }

  async apply(): Promise<void> {
    this.uid = (await cluster.apply(this.name, { pull: { period: '1h', http: { url: `${host.origin}/${this.name}.txt` } } })).metadata.uid
  }

  /** As an operator does by hand, and at once what makes the controller start the next run. */
  readonly terminate = async (): Promise<undefined> => {
    await this.run.terminate(`at the moment of ${this.name}`)
    this.terminations += 1
    await cluster.patch(this.name, { metadata: { annotations: { touched: String(Date.now()) } } })
  }

  /** The same, with the store gone for the step that was under way. */
  readonly terminateAndBreak = async (): Promise<'refuse'> => {
    await this.terminate()
    return 'refuse'
  }

  async synced(): Promise<void> {
    await eventually(`${this.name} is synced`, () => cluster.feed(this.name), ({ status }) => status?.lastSuccessfulSync !== undefined)
  }

  /** Ids of the logs that its events are of; one that comes twice is there twice. */
  async logsOfEvents(): Promise<readonly string[]> {
    const events = await cluster.events(this.name)
    return events.map((event) => (event['record'] as { flow_log_id: string }).flow_log_id).sort()
  }

  async hasEventsOf(...logs: readonly string[]): Promise<void> {
    const wanted = logs.map((log) => `${this.name}-${log}`).sort()
    await eventually(`${this.name} has its events`, () => this.logsOfEvents(), (found) => wanted.every((id) => found.includes(id)), 90_000)
    expect(await this.logsOfEvents()).toEqual(wanted)
  }

  /** What has to be so of every feed in the end, whatever befell its run. */
  async isWhole(requests: number): Promise<void> {
    await this.synced()
    await eventually(`${this.name} is well`, () => cluster.feed(this.name), ({ status }) => (status?.errorConditions ?? []).length === 0, 90_000)
    await this.logAfter()
    await this.hasEventsOf('before', 'after')
    expect(await cluster.document('IPSet', this.name)).toEqual([`${this.listed}/32`])
    expect([this.name, host.count(`/${this.name}.txt`)]).toEqual([this.name, requests])
  }
}

const writes = ({ method, path }: StoreRequest, what: string): boolean => method === 'PUT' && path.split('?')[0]?.endsWith(what) === true
const writesEventsOf = ({ path, body }: StoreRequest, feed: string): boolean => path.startsWith('/_bulk') && body.includes(`"origin":"${feed}"`)

describe('a run that is terminated', () => {
  it.each<[string, number, (scene: Scene) => void]>([
    // No body gets into the store, by the step that is still under way neither: asking again is the only way to one.
    ['while its host is asked', 2, (scene) => scene.answerAfter(async () => (scene.terminations === 0 ? scene.terminate().then(() => 'cut off' as const) : undefined))],
    ['once its body is in the store', 1, (scene) => store.after(keepsBody(scene), scene.terminate)],
    ['before its document is written', 1, (scene) => store.before((request) => writes(request, `/_doc/${scene.name}`), scene.terminateAndBreak)],
    ['between document and state', 1, (scene) => {
      store.after((request) => writes(request, `/_doc/${scene.name}`), async () => {
        store.before((request) => writes(request, `/_doc/${scene.uid}`), scene.terminateAndBreak)
        return undefined
      })
    }],
    ['once its state is written', 1, (scene) => {
      store.after((request) => writes(request, `/_doc/${scene.name}`), async () => {
        store.after((request) => writes(request, `/_doc/${scene.uid}`), scene.terminate)
        return undefined
      })
    }],
    ['before it wrote what it found in older logs', 1, (scene) => store.before((request) => writesEventsOf(request, scene.name), scene.terminateAndBreak)],
    ['after it wrote what it found in older logs', 1, (scene) => store.after((request) => writesEventsOf(request, scene.name), scene.terminate)],
  ])('S-07 P-12 E-03 %s: the next one goes on, no stored body is asked for again, no event is lost or doubled', async (when, requests, arrange) => {
    const scene = new Scene(when.replaceAll(' ', '-'))
    await scene.logBefore()
    arrange(scene)
    await scene.apply()
    await eventually(`${when} is reached`, async () => scene.terminations, (count) => count === 1)
    await scene.isWhole(requests)
  })

  it.each<['before' | 'after', string]>([
    ['before', 'searches-new-logs'],
    ['after', 'searched-new-logs'],
  ])('S-07 Q-06 E-03 %s it wrote what it found in new logs: every log is an event, once', async (moment, name) => {
    const scene = new Scene(name)
    await scene.logBefore()
    await scene.apply()
    await scene.hasEventsOf('before')
    store[moment]((request) => writesEventsOf(request, name), moment === 'before' ? scene.terminateAndBreak : scene.terminate)
    await scene.isWhole(1)
    expect(scene.terminations).toBe(1)
  })

  it('S-07 Q-06 with logs owed to it, of an index that is closed: the next one pays them when the index is back', async () => {
    const scene = new Scene('indebted')
    await scene.logBefore()
    await scene.apply()
    await scene.hasEventsOf('before')
    const index = `tigera_secure_ee_flows.${cluster.name}.closing`
    // A window may be cut when the index was just made, and holds nothing of it then.
    const holdsALog = (body: string): boolean => new RegExp(`"index":"${index.replaceAll('.', '\\.')}"[^{}]*"checkpoint":\\d`).test(body)
    store.after(({ method, path, body }) => method === 'PUT' && path.includes('/.threatfeed.windows.') && holdsALog(body), async () => {
      await cluster.elasticsearch.indices.close({ index })
      return undefined
    })
    const { _id: id, ...log } = flow({ _id: 'indebted-closed', dest_ip: scene.listed })
    await cluster.elasticsearch.index({ index, id: String(id), document: log })
    await eventually('it is owed', () => cluster.feed('indebted'), ({ status }) => status?.errorConditions?.[0]?.type === 'SearchFailed')
    await scene.terminate()
    await eventually('the next run knows', () => cluster.state('indebted').catch(() => null), (state) => state?.debts.length === 1)
    await cluster.elasticsearch.indices.open({ index })
    await scene.logAfter()
    await scene.hasEventsOf('before', 'closed', 'after')
    await eventually('nothing is owed', () => cluster.feed('indebted'), ({ status }) => (status?.errorConditions ?? []).length === 0)
    expect(host.count('/indebted.txt')).toBe(1)
  })
})

describe('a Temporal server started anew with an empty database', () => {
  it('S-07 P-12 E-03 finds every feed where it was: nothing is pulled again, no event is lost or doubled', async () => {
    const [quiet, pending] = [new Scene('quiet'), new Scene('pending')]
    for (const scene of [quiet, pending]) await scene.logBefore()
    // Its body lies in the store, which takes no document of it until Temporal has forgotten that there was one.
    let away = true
    const keepAway = (): void =>
      store.before((request) => writes(request, '/_doc/pending'), async () => {
        if (!away) return undefined
        keepAway()
        return 'refuse'
      })
    keepAway()
    for (const scene of [quiet, pending]) await scene.apply()
    await quiet.hasEventsOf('before')
    await eventually('the body waits', () => cluster.feed('pending'), ({ status }) => status?.errorConditions?.[0]?.type === 'StoreFailed')
    const asked = [...host.asked]

    await servers.kill('temporal', 'SIGKILL')
    for (const file of readdirSync(join(stateDir, 'temporal')).filter((name) => name.startsWith('temporal.db'))) rmSync(join(stateDir, 'temporal', file))
    await quiet.logAfter()
    await servers.restart('temporal')
    expect(await cluster.running('quiet')).toBe(false)
    away = false
    await pending.synced()
    await quiet.hasEventsOf('before', 'after')
    await pending.isWhole(1)
    // Those of the tests above too, each of which was terminated once.
    for (const { metadata } of await cluster.feeds()) await eventually(`${metadata.name} runs`, () => cluster.running(metadata.name), (runs) => runs)
    expect(host.asked).toEqual(asked)
  }, 300_000)
})
