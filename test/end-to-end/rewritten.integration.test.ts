import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { workflowId } from '../../domain/run/names.ts'
import { Cluster, eventually, flow } from './cluster.ts'
import { openProxy } from './proxy.ts'
import type { Proxy } from './proxy.ts'
import { removeFeeds } from './remove-feeds.ts'
import { startWorker } from './worker.ts'
import type { TestWorker } from './worker.ts'

/** Each search of logs takes this much longer: one of older logs, which takes several, is then slower than a version lasts. Milliseconds. */
const SLOW_MS = 300
/** How often the document is rewritten, and how long. */
const EVERY_MS = 1_000
const TIMES = 36
/** When a run continues: as soon as the slice of the search of older logs has ended that is under way, some seconds of 30 events each later. */
const CONTINUE_AFTER_EVENTS = 100
const MOST_EVENTS = CONTINUE_AFTER_EVENTS + 10 * 30

let cluster: Cluster
let store: Proxy
let worker: TestWorker

beforeAll(async () => {
  cluster = await Cluster.open(inject('servers'))
  store = await openProxy({
    target: cluster.env['ELASTICSEARCH_URL'] ?? '',
    async before({ path }) {
      if (path.startsWith('/tigera_secure_ee_flows') && path.includes('/_search')) await new Promise((resolve) => setTimeout(resolve, SLOW_MS))
      return null
    },
  })
  worker = await startWorker({ env: { ...cluster.env, ELASTICSEARCH_URL: store.url, CONTINUE_AFTER_EVENTS: String(CONTINUE_AFTER_EVENTS) } })
})
afterAll(async () => {
  await removeFeeds(cluster)
  await worker.shutdown()
  await cluster.close()
  await store.close()
})

const STEADY = ['203.0.113.1', '203.0.113.2']
/** Leaves and returns every other second. */
const RETURNING = '203.0.113.3'
/** Listed in the first half, and not again. */
const LEAVING = '203.0.113.4'
const NEVER = '203.0.113.5'
const passing = (time: number): string => `203.0.113.${String(100 + time)}`
const passingAt = (time: number): readonly string[] => [passing(time), passing(time + 1), passing(time + 2)]
const listedAt = (time: number): readonly string[] => [
  ...STEADY,
  ...(time % 4 < 2 ? [RETURNING] : []),
  ...(time < TIMES / 2 ? [LEAVING] : []),
  ...passingAt(time),
]
const LAST = [...STEADY, RETURNING, ...passingAt(TIMES)]
const EVER = [...new Set([...LAST, LEAVING, ...Array.from({ length: TIMES }, (_, time) => listedAt(time)).flat()])]

it('S-01 S-02 Q-06 Q-07 of a push feed rewritten every second, whose members leave and return faster than older logs are searched, every log that is owed is an event, once, and nothing runs for ever', async () => {
  /** Address of each log, by its id. */
  const logged = new Map<string, string>()
  const log = async (addresses: readonly string[]): Promise<void> => {
    const logs = addresses.map((dest_ip) => ({ _id: `rewritten-${String(logged.size)}-${dest_ip}`, dest_ip }))
    for (const { _id, dest_ip } of logs) logged.set(_id, dest_ip)
    await cluster.log('flow', logs.map(flow))
  }
  const write = (members: readonly string[]) => cluster.push('IPSet', 'rewritten', members.map((member) => `${member}/32`))
  for (let count = 0; count < 5; count += 1) await log([...EVER, NEVER])
  await write(listedAt(0))
  await cluster.apply('rewritten', { content: 'IPSet' })

  /** Versions that were in force while something was owed to older logs. */
  const owing = new Set<string>()
  const begun = performance.now()
  for (let time = 1; time < TIMES; time += 1) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(begun + time * EVERY_MS - performance.now(), 0)))
    await write(listedAt(time))
    await log([...STEADY, RETURNING, LEAVING, NEVER, passing(Math.max(time - 4, 0)), passing(time), passing(time + 4)])
    const state = await cluster.state('rewritten').catch(() => null)
    if (state?.owed != null && state.version !== null) owing.add(state.version.set.sha256)
  }
  await write(LAST)
  await log([...LAST, NEVER])
  expect(owing.size).toBeGreaterThan(2)

  const ids = async (): Promise<readonly string[]> => (await cluster.events('rewritten')).map((event) => (event['record'] as { flow_log_id: string }).flow_log_id)
  const owed = [...logged].filter(([, address]) => LAST.includes(address)).map(([id]) => id)
  const found = await eventually('an event of all that is owed', ids, (seen) => owed.every((id) => seen.includes(id)), 90_000)
  expect([...new Set(found)]).toHaveLength(found.length)
  expect(found.filter((id) => !EVER.includes(logged.get(id) ?? ''))).toEqual([])

  // It comes to rest: nothing is owed, older logs are not searched again, and the one event more is that of the one log more.
  const rested = await eventually('rest', () => cluster.state('rewritten'), ({ owed: left, debts }) => left === null && debts.length === 0)
  expect(rested.version?.set.members).toBe(LAST.length)
  await log(['203.0.113.1', '203.0.113.4'])
  await eventually('one event more', ids, (seen) => seen.length > found.length)
  expect(await ids()).toHaveLength(found.length + 1)
  expect((await cluster.state('rewritten')).owed).toBeNull()
  expect((await cluster.feed('rewritten')).status?.errorConditions ?? []).toEqual([])

  const lengths: number[] = []
  for await (const { historyLength } of cluster.temporal.workflow.list({ query: `WorkflowId = "${workflowId(cluster.name, 'rewritten')}"` })) lengths.push(historyLength)
  expect(lengths.length).toBeGreaterThan(1)
  expect(Math.max(...lengths)).toBeLessThanOrEqual(MOST_EVENTS)
}, 240_000)
