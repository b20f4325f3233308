import { expect, it } from 'vitest'
import type { CancelResult, RefreshResult, StartResult } from '../../../client/results.ts'
import { workflowId } from '../../../domain/run/names.ts'
import { type Cluster, eventually } from '../../end-to-end/cluster.ts'
import type { FeedServer } from '../../end-to-end/feed-server.ts'

/** What the client of servers and the client of the edge have in common. */
export interface ClientUnderTest {
  start(name: string): Promise<StartResult>
  cancel(name: string): Promise<CancelResult>
  refresh(name: string, wait: boolean): Promise<RefreshResult>
  list(): Promise<readonly { readonly name: string; readonly mode: string | null; readonly content: string | null; readonly running: boolean | null }[]>
  describe(name: string): Promise<object>
}

export interface Scene {
  readonly cluster: Cluster
  readonly host: FeedServer
}

/** What every client does with feeds, on real servers. @param prefix of the feeds' names: several clients share a cluster. */
export function clientContract(prefix: string, scene: () => Scene, make: () => ClientUnderTest): void {
  const named = (name: string): string => `${prefix}-${name}`
  const synced = async (name: string, spec: object = {}): Promise<string> => {
    const { cluster, host } = scene()
    host.answer(`/${name}.txt`, '192.0.2.1\n192.0.2.2\n')
    const { metadata } = await cluster.apply(name, { pull: { period: '1h', http: { url: `${host.origin}/${name}.txt?key=canary` } }, ...spec })
    await eventually('the sync', () => cluster.feed(name), (feed) => feed.status?.lastSuccessfulSync !== undefined)
    return metadata.uid
  }

  it('starts a disabled feed: the resource is enabled and its run pulls', async () => {
    const { cluster, host } = scene()
    const name = named('started')
    host.answer(`/${name}.txt`, '192.0.2.1\n')
    const { metadata } = await cluster.apply(name, { mode: 'Disabled', pull: { period: '1h', http: { url: `${host.origin}/${name}.txt` } } })
    expect(await make().start(name)).toEqual({ name, uid: metadata.uid, resource: 'enabled', workflowId: workflowId(cluster.name, name) })
    expect((await cluster.feed(name)).spec['mode']).toBe('Enabled')
    await eventually('the sync', () => cluster.feed(name), (feed) => feed.status?.lastSuccessfulSync !== undefined)
    expect(await make().start(name)).toMatchObject({ resource: 'unchanged' })
  })

  it('L-04 refreshes, and tells with wait what came of it', async () => {
    const { cluster, host } = scene()
    const name = named('fresh')
    await synced(name)
    host.answer(`/${name}.txt`, '192.0.2.1\n192.0.2.9\n')
    expect(await make().refresh(name, true)).toMatchObject({ name, outcome: 'updated' })
    expect(await cluster.document('IPSet', name)).toEqual(['192.0.2.1/32', '192.0.2.9/32'])

    host.answer(`/${name}.txt`, (_request, response) => response.writeHead(500).end())
    const failed = await make().refresh(name, true)
    expect(failed).toMatchObject({ name, outcome: 'failed', message: expect.stringContaining('500') as string })
    expect(failed.message).not.toContain('canary')

    const before = host.count(`/${name}.txt`)
    expect(await make().refresh(name, false)).toEqual({ name, outcome: 'requested', message: 'the feed is asked to refresh' })
    await eventually('another pull', () => Promise.resolve(host.count(`/${name}.txt`)), (count) => count > before)
  })

  it('L-06 cancels: returns when the run has ended and the feed is disabled, and start brings it back', async () => {
    const { cluster } = scene()
    const name = named('cancelled')
    await synced(name)
    const { runId } = await cluster.temporal.workflow.getHandle(workflowId(cluster.name, name)).describe()
    expect(await make().cancel(name)).toMatchObject({ name, outcome: 'cancelled' })
    expect((await cluster.feed(name)).spec['mode']).toBe('Disabled')
    expect((await cluster.temporal.workflow.getHandle(workflowId(cluster.name, name), runId).describe()).status.name).toBe('CANCELLED')
    expect(await make().cancel(name)).toEqual({ name, outcome: 'already-disabled', runId: null })
    expect(await make().refresh(name, true)).toMatchObject({ outcome: 'disabled' })
    expect(await make().start(name)).toMatchObject({ resource: 'enabled' })
    expect((await cluster.feed(name)).spec['mode']).toBe('Enabled')
  })

  it('lists and describes a feed', async () => {
    const { cluster } = scene()
    const name = named('described')
    const uid = await synced(name)
    // Temporal's list of runs may be some seconds behind.
    const listed = await eventually('the list shows it', () => make().list(), (rows) => rows.some((row) => row.name === name && row.content !== null))
    expect(listed).toContainEqual(expect.objectContaining({ name, mode: 'Enabled', content: 'IPSet', running: true }))
    const { status } = await cluster.feed(name)
    const described = await make().describe(name)
    expect(described).toMatchObject({
      name,
      uid,
      mode: 'Enabled',
      content: 'IPSet',
      source: 'pull',
      running: true,
      lastSuccessfulSync: status?.lastSuccessfulSync,
      errorConditions: [],
      set: { members: 2 },
      run: { workflowId: workflowId(cluster.name, name), status: 'running' },
      attempts: { failed: 0, next: expect.stringMatching(/^\d{4}-.*Z$/) as string },
      search: { debts: 0 },
    })
    expect(JSON.stringify(described)).not.toContain('canary')
  })

  it.each(['start', 'cancel', 'describe', 'refresh'] as const)('says to %s when there is no such feed', async (method) => {
    const asked = method === 'refresh' ? make().refresh(named('absent'), true) : make()[method](named('absent'))
    await expect(asked).rejects.toMatchObject({ name: 'ClientError', code: 'not-found', message: `there is no feed named ${named('absent')}` })
  })
}
