import { beforeEach, describe, expect, it } from 'vitest'
import { ClientError } from '../../client/client-error.ts'
import { FeedClient } from '../../client/feed-client.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { FakeResources, FakeRuns, NEVER, emptyRecords, syncedState } from './fakes.ts'
import { MemoryEventReader } from '../fakes/memory-event-reader.ts'

let resources: FakeResources
let runs: FakeRuns
let client: FeedClient
beforeEach(() => {
  resources = new FakeResources()
  runs = new FakeRuns()
  client = new FeedClient({ cluster: 'cluster', resources, runs, records: emptyRecords(), events: new MemoryEventReader() })
})
const manifest = (name: string, spec: object = {}) => ({ name, labels: {}, annotations: {}, spec: { ...spec } })

describe('start', () => {
  it('enables a disabled feed and makes its run look again', async () => {
    const { uid } = resources.put('a', { mode: 'Disabled', content: 'IPSet' })
    expect(await client.start('a', NEVER)).toEqual({ name: 'a', uid, resource: 'enabled', workflowId: 'threatfeed/cluster/a' })
    expect(resources.specOf('a')).toEqual({ mode: 'Enabled', content: 'IPSet' })
    expect(runs.looked).toEqual([`a/${uid}`])
  })

  it('V-02 takes an absent mode for Enabled and writes nothing', async () => {
    resources.put('a', {})
    expect(await client.start('a', NEVER)).toMatchObject({ resource: 'unchanged' })
    expect(resources.specOf('a')).toEqual({})
    expect(runs.looked).toHaveLength(1)
  })

  it('says when there is no such feed', async () => {
    await expect(client.start('a', NEVER)).rejects.toMatchObject({ code: 'not-found' })
    expect(runs.looked).toEqual([])
  })

  it('creates a feed from a manifest, enabled', async () => {
    expect(await client.apply(manifest('a', { mode: 'Disabled' }), NEVER)).toMatchObject({ resource: 'created' })
    expect(resources.specOf('a')).toEqual({ mode: 'Enabled' })
  })

  it('changes one that exists, also when it is made in between', async () => {
    resources.beforeWrite = () => resources.put('a', { description: 'theirs' })
    expect(await client.apply(manifest('a', { description: 'ours' }), NEVER)).toMatchObject({ resource: 'changed' })
    expect(resources.specOf('a')).toEqual({ description: 'ours', mode: 'Enabled' })
  })
})

describe('cancel', () => {
  it('L-06 cancels the run and returns when the feed is disabled', async () => {
    const { uid } = resources.put('a', {})
    runs.start('a')
    runs.onCancel = (name) => {
      void resources.setMode(name, uid, 'Disabled')
      return 'cancelled'
    }
    expect(await client.cancel('a', NEVER)).toEqual({ name: 'a', outcome: 'cancelled', runId: 'run-of-a' })
  })

  it.each(['ended', 'terminated'] as const)('fails when the run %s and the feed is still enabled', async (ended) => {
    resources.put('a', {})
    runs.start('a')
    runs.onCancel = () => ended
    await expect(client.cancel('a', NEVER)).rejects.toMatchObject({ code: 'failed' })
  })

  it('disables a feed that has no run', async () => {
    resources.put('a', {})
    expect(await client.cancel('a', NEVER)).toEqual({ name: 'a', outcome: 'disabled', runId: null })
    expect(resources.specOf('a')).toEqual({ mode: 'Disabled' })
  })

  it('leaves the idle run of a disabled feed alone', async () => {
    resources.put('a', { mode: 'Disabled' })
    runs.start('a')
    runs.onCancel = () => {
      throw new Error('must not be cancelled')
    }
    expect(await client.cancel('a', NEVER)).toMatchObject({ outcome: 'already-disabled' })
  })

  it('says when the feed was deleted meanwhile', async () => {
    resources.put('a', {})
    runs.start('a')
    runs.onCancel = (name) => {
      resources.feeds.delete(name)
      return 'ended'
    }
    await expect(client.cancel('a', NEVER)).rejects.toThrow(/deleted/)
  })
})

describe('refresh', () => {
  it('L-04 asks the run, and with wait gives the outcome of the attempt', async () => {
    resources.put('a', {})
    runs.start('a')
    expect(await client.refresh('a', { wait: false }, NEVER)).toMatchObject({ outcome: 'requested' })
    expect(await client.refresh('a', { wait: true }, NEVER)).toEqual({ name: 'a', outcome: 'updated', message: '3 members' })
  })

  it('starts the run of a feed that has none yet', async () => {
    const { uid } = resources.put('a', {})
    expect(await client.refresh('a', { wait: true }, NEVER)).toMatchObject({ outcome: 'updated' })
    expect(runs.looked).toEqual([`a/${uid}`])
  })

  it('says when there is no such feed', async () => {
    await expect(client.refresh('a', { wait: false }, NEVER)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('list', () => {
  it('gives every feed by name with its status and whether it runs', async () => {
    resources.put('b', { content: 'DomainNameSet', mode: 'Disabled' })
    resources.put('a', { pull: {} }, { lastSuccessfulSync: '2026-01-01T00:00:00Z', errorConditions: [{ type: 'PullFailed', message: 'm' }, { type: 'Else' }] })
    runs.start('a')
    expect(await client.list(NEVER)).toEqual([
      {
        name: 'a',
        content: 'IPSet',
        mode: 'Enabled',
        source: 'pull',
        running: true,
        lastSuccessfulSync: '2026-01-01T00:00:00Z',
        lastSuccessfulSearch: null,
        errorConditions: [{ type: 'PullFailed', message: 'm' }],
      },
      {
        name: 'b',
        content: 'DomainNameSet',
        mode: 'Disabled',
        source: 'push',
        running: false,
        lastSuccessfulSync: null,
        lastSuccessfulSearch: null,
        errorConditions: [],
      },
    ])
  })

  it('goes on without Temporal', async () => {
    resources.put('a', {})
    runs.running = () => Promise.reject(new ClientError('unreachable', 'no'))
    expect(await client.list(NEVER)).toMatchObject([{ name: 'a', running: null }])
  })
})

describe('describe', () => {
  const spec = {
    pull: {
      period: '1h',
      http: {
        url: 'https://user.example:8443/list?key=canary',
        format: { csv: { fieldName: 'ip', header: true } },
        headers: [{ name: 'APIKey', value: 'canary' }],
      },
    },
    globalNetworkSet: { labels: { level: 'high' } },
  }

  it('T-04 shows of the url its host and of the headers their names', async () => {
    resources.put('a', spec)
    const description = await client.describe('a', NEVER)
    expect(description).toMatchObject({
      pull: { host: 'user.example:8443', period: '1h', format: 'csv column ip', headers: ['APIKey'] },
      networkSet: { name: 'threatfeed.a', labels: { level: 'high' } },
    })
    expect(JSON.stringify(description)).not.toContain('canary')
  })

  it('asks the run for what it knows and does next', async () => {
    const { uid } = resources.put('a', spec)
    runs.start('a')
    runs.state = syncedState(uid)
    runs.nextPullAt = Date.UTC(2026, 0, 1, 13, 2)
    const records = emptyRecords({ newestWindow: () => Promise.resolve(43) })
    expect(await new FeedClient({ cluster: 'cluster', resources, runs, records, events: new MemoryEventReader() }).describe('a', NEVER)).toMatchObject({
      set: { members: 3, adoptedAt: '2026-01-01T12:00:01Z' },
      attempts: { last: '2026-01-01T12:00:00Z', failed: 2, next: '2026-01-01T13:02:00Z' },
      search: { window: 40, newest: 43, behind: 3 },
      unavailable: [],
    })
  })

  it('S-07 reads the state document when no worker answers, and says so', async () => {
    const { uid } = resources.put('a', spec)
    runs.start('a')
    const records = emptyRecords({ state: () => Promise.resolve(syncedState(uid)) })
    const description = await new FeedClient({ cluster: 'cluster', resources, runs, records, events: new MemoryEventReader() }).describe('a', NEVER)
    expect(description).toMatchObject({ set: { members: 3 }, attempts: { next: null } })
    expect(description.unavailable).toEqual([expect.stringContaining('no worker answers')])
  })

  it('does not show what another life of the feed knew', async () => {
    resources.put('a', spec)
    runs.start('a')
    runs.state = syncedState('another uid')
    expect(await client.describe('a', NEVER)).toMatchObject({ set: null, attempts: null })
  })

  it('shows what it can when Temporal and Elasticsearch are away', async () => {
    resources.put('a', spec, { errorConditions: [{ type: 'StoreFailed', message: 'away' }] })
    runs.find = () => Promise.reject(new ClientError('unreachable', 'Temporal does not answer'))
    const away = () => Promise.reject(new FeedFailure('StoreFailed', 'wait', 'Elasticsearch does not answer'))
    const records = emptyRecords({ state: away, rejections: away })
    const description = await new FeedClient({ cluster: 'cluster', resources, runs, records, events: new MemoryEventReader() }).describe('a', NEVER)
    expect(description).toMatchObject({ running: null, run: null, errorConditions: [{ type: 'StoreFailed' }] })
    expect(description.unavailable).toHaveLength(3)
  })
})
