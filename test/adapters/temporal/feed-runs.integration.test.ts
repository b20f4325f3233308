import { getEventListeners } from 'node:events'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { TemporalFeedRuns } from '../../../adapters/temporal/feed-runs.ts'
import { SEARCH_ATTRIBUTES, workflowId } from '../../../domain/run/names.ts'
import type { FeedKey } from '../../../domain/run/references.ts'
import { NEVER, uniqueName } from '../kubernetes/cluster.ts'

let connection: Connection
let client: Client
let runs: TemporalFeedRuns
const cluster = uniqueName('cluster')
/** No worker works on it: what is tested is what the server was told. */
const taskQueue = uniqueName('queue')

beforeAll(async () => {
  connection = await Connection.connect({ address: inject('servers')['TEMPORAL_ADDRESS'] ?? '' })
  client = new Client({ connection })
  const known = await knowsSearchAttributes()
  runs = new TemporalFeedRuns(client, { taskQueue, searchAttributes: () => known })
})
afterAll(async () => {
  for await (const { workflowId: id } of client.workflow.list({ query: `TaskQueue = "${taskQueue}" AND ExecutionStatus = "Running"` })) {
    await client.workflow.getHandle(id).terminate()
  }
  await connection.close()
})

async function knowsSearchAttributes(): Promise<boolean> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' })
  return SEARCH_ATTRIBUTES.name in customAttributes && SEARCH_ATTRIBUTES.cluster in customAttributes
}

function feed(name = uniqueName('feed'), uid = 'uid-1'): FeedKey {
  return { cluster, name, uid }
}

function decoded(payload: { data?: Uint8Array | null } | null | undefined): unknown {
  return JSON.parse(Buffer.from(payload?.data ?? new Uint8Array()).toString('utf8'))
}

async function told(key: FeedKey) {
  const { events } = await client.workflow.getHandle(workflowId(cluster, key.name)).fetchHistory()
  const [start] = events ?? []
  const attributes = start?.workflowExecutionStartedEventAttributes
  const signals = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal === null || signal === undefined ? [] : [[signal.signalName, decoded(signal.input?.payloads?.[0])]],
  )
  return {
    input: decoded(attributes?.input?.payloads?.[0]),
    type: attributes?.workflowType?.name,
    executionTimeout: Number(attributes?.workflowExecutionTimeout?.seconds ?? 0),
    signals,
  }
}

describe('runs of feeds on Temporal', () => {
  it('L-01 however often it is told, a feed has one run', async () => {
    const key = feed()
    await Promise.all([runs.lookAgain(key, NEVER), runs.lookAgain(key, NEVER)])
    const { runId } = await client.workflow.getHandle(workflowId(cluster, key.name)).describe()
    await runs.lookAgain(key, NEVER)
    await runs.deleted(key, NEVER)
    const described = await client.workflow.getHandle(workflowId(cluster, key.name)).describe()
    expect(described.runId).toBe(runId)
    expect(described.taskQueue).toBe(taskQueue)
    expect(await told(key)).toEqual({
      input: { feed: key },
      type: 'threatFeed',
      executionTimeout: 0,
      signals: [
        ['lookAgain', { uid: 'uid-1' }],
        ['lookAgain', { uid: 'uid-1' }],
        ['lookAgain', { uid: 'uid-1' }],
        ['deleted', { uid: 'uid-1' }],
      ],
    })
  })

  it('L-05 a deletion without a run starts one that cleans up, and a new life signals the old run', async () => {
    const key = feed()
    await runs.deleted(key, NEVER)
    await runs.lookAgain({ ...key, uid: 'uid-2' }, NEVER)
    expect(await told(key)).toMatchObject({
      input: { feed: key },
      signals: [
        ['deleted', { uid: 'uid-1' }],
        ['lookAgain', { uid: 'uid-2' }],
      ],
    })
  })

  it('L-05 a message of no known life reaches a run that is there, and starts none', async () => {
    const key = feed()
    await runs.lookAgain({ ...key, uid: '' }, NEVER)
    await expect(client.workflow.getHandle(workflowId(cluster, key.name)).describe()).rejects.toThrow(/not found/)
    await runs.lookAgain(key, NEVER)
    await runs.lookAgain({ ...key, uid: '' }, NEVER)
    expect((await told(key)).signals).toEqual([
      ['lookAgain', { uid: 'uid-1' }],
      ['lookAgain', { uid: '' }],
    ])
  })

  it('L-06 a run that was terminated is replaced by the next message', async () => {
    const key = feed()
    await runs.lookAgain(key, NEVER)
    const handle = client.workflow.getHandle(workflowId(cluster, key.name))
    const { runId } = await handle.describe()
    await handle.terminate()
    await expect.poll(() => runs.running(cluster, NEVER), { timeout: 20_000 }).not.toContain(key.name)
    await runs.lookAgain(key, NEVER)
    const described = await handle.describe()
    expect(described.runId).not.toBe(runId)
    expect(described.status.name).toBe('RUNNING')
  })

  it('L-06 tells which feeds of the cluster have a running run, and no other cluster’s', async () => {
    const key = feed(uniqueName('a.b'))
    const other = { ...feed(), cluster: `${cluster}-2` }
    await runs.lookAgain(key, NEVER)
    await runs.lookAgain(other, NEVER)
    await expect.poll(() => runs.running(cluster, NEVER), { timeout: 20_000 }).toContain(key.name)
    await expect.poll(() => runs.running(other.cluster, NEVER), { timeout: 20_000 }).toEqual([other.name])
    expect(await runs.running(cluster, NEVER)).not.toContain(other.name)
    expect(await runs.running(uniqueName('nobody"'), NEVER)).toEqual([])
  })

  it('shows feed and cluster in lists from the start', async () => {
    const key = feed()
    await runs.lookAgain(key, NEVER)
    const described = await client.workflow.getHandle(workflowId(cluster, key.name)).describe()
    expect(described.memo).toEqual({ feed: key.name, cluster })
    if (await knowsSearchAttributes()) {
      const attributes = Object.fromEntries(described.typedSearchAttributes.getAll().map(({ key: { name }, value }) => [name, value]))
      expect(attributes).toMatchObject({ FeedName: key.name, FeedCluster: cluster })
    }
  })

  it('a server that is not there is ApiUnavailable, with nothing of the error', async () => {
    const lazy = Connection.lazy({ address: '127.0.0.1:1' })
    const away = new TemporalFeedRuns(new Client({ connection: lazy }), { taskQueue, searchAttributes: () => false })
    const failure = await away.running(cluster, AbortSignal.timeout(60_000)).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'ApiUnavailable', failureClass: 'wait', message: expect.stringMatching(/^Temporal did not take the call \(gRPC status \d+\)$/) })
    expect(failure).not.toHaveProperty('cause')
    await lazy.close()
  })

  it('leaves nothing behind on the caller’s signal', async () => {
    const signal = new AbortController().signal
    await runs.lookAgain(feed(), signal)
    await runs.running(cluster, signal)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('ends with the caller’s reason when it is aborted', async () => {
    const reason = new Error('stop')
    await expect(runs.lookAgain(feed(), AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
