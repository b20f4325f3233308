import { describe, expect, it } from 'vitest'
import { stateQuery } from '../../workflows/messages.ts'
import { type Cluster, dns, eventually, flow } from './cluster.ts'
import type { FeedServer } from './feed-server.ts'
import { setStage } from './stage.ts'

let cluster: Cluster
let host: FeedServer
setStage((stage) => {
  cluster = stage.cluster
  host = stage.host
})

const pull = (path: string): Record<string, unknown> => ({ pull: { period: '24h', http: { url: `${host.origin}${path}` } } })
const annotate = (name: string, annotation: string, value: string | null): Promise<void> =>
  cluster.patch(name, { metadata: { annotations: { [`threatfeeds.projectcalico.org/${annotation}`]: value } } })
const synced = (name: string): Promise<unknown> =>
  eventually(`${name} is synced`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined && (status.errorConditions ?? []).length === 0)

/** Waits until the feed has searched windows that were cut after this moment. */
async function searches(name: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const last = (await cluster.state(name)).lastSearchAt ?? 0
    await eventually('another search', () => cluster.state(name), ({ lastSearchAt }) => (lastSearchAt ?? 0) > last)
  }
}

describe('V-21 an annotation of a feed that runs', () => {
  it('V-21 P-11 allow-empty takes the empty list that failed the pull, without waiting for the retry', async () => {
    host.answer('/empty.txt', '# nothing today\n')
    await cluster.apply('empty', pull('/empty.txt'))
    const failed = await eventually('it fails', () => cluster.feed('empty'), ({ status }) => (status?.errorConditions ?? []).length > 0)
    expect(failed.status?.errorConditions?.[0]).toMatchObject({ type: 'PullFailed', message: expect.stringContaining('allow-empty: "true"') as string })
    expect(await cluster.document('IPSet', 'empty')).toBeNull()
    const { retryPullAt } = await cluster.state('empty')
    await annotate('empty', 'allow-empty', 'true')
    await synced('empty')
    expect((await cluster.state('empty')).lastSyncAt).toBeLessThan(retryPullAt ?? 0)
    expect(await cluster.document('IPSet', 'empty')).toEqual([])
    expect((await cluster.feed('empty')).metadata.generation).toBe(failed.metadata.generation)
  })

  it('V-21 Q-04 match: subdomains finds what lies below the members, in older logs too, and asks no host', async () => {
    host.answer('/names.txt', 'bad.example\n')
    await cluster.apply('names', { content: 'DomainNameSet', ...pull('/names.txt') })
    await synced('names')
    await cluster.log('dns', [dns({ qname: 'sub.bad.example' }), dns({ qname: 'bad.example' })])
    await eventually('the exact match', () => cluster.events('names'), (events) => events.length === 1)
    const before = (await cluster.feed('names')).metadata.generation
    await annotate('names', 'match', 'subdomains')
    await eventually('the subdomain', () => cluster.events('names'), (events) => events.length === 2)
    await annotate('names', 'match', null)
    await eventually('exact again', () => cluster.state('names'), ({ match }) => match === 'exact')
    await cluster.log('dns', [dns({ qname: 'other.bad.example' })])
    await searches('names', 3)
    expect(await cluster.events('names')).toHaveLength(2)
    expect((await cluster.feed('names')).metadata.generation).toBe(before)
    expect(host.count('/names.txt')).toBe(1)
  })

  it('V-21 Q-07 lookback: "0s" leaves older logs out from the next version on, and its removal brings them back', async () => {
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.91' }), flow({ dest_ip: '198.51.100.92' })])
    host.answer('/back.txt', '198.51.100.90\n')
    await cluster.apply('back', pull('/back.txt'))
    await synced('back')
    const before = (await cluster.feed('back')).metadata.generation
    await annotate('back', 'lookback', '0s')
    host.answer('/back.txt', '198.51.100.90\n198.51.100.91\n')
    await eventually('the second set', () => cluster.refresh('back'), ({ outcome }) => outcome === 'updated')
    await searches('back', 3)
    expect((await cluster.state('back')).owed).toBeNull()
    expect(await cluster.events('back')).toEqual([])
    await annotate('back', 'lookback', null)
    host.answer('/back.txt', '198.51.100.90\n198.51.100.91\n198.51.100.92\n')
    await cluster.refresh('back')
    const events = await eventually('the older log', () => cluster.events('back'), (found) => found.length > 0)
    expect(events.map(({ dest_ip: address }) => address)).toEqual(['198.51.100.92'])
    expect((await cluster.feed('back')).metadata.generation).toBe(before)
  })

  it('V-21 E-02 severity and techniques hold for events found from then on, and pull nothing', async () => {
    host.answer('/rated.txt', '198.51.100.77\n')
    await cluster.apply('rated', pull('/rated.txt'))
    await synced('rated')
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.77' })])
    await eventually('an event by the table', () => cluster.events('rated'), (events) => events.length === 1)
    await annotate('rated', 'severity', '25')
    await annotate('rated', 'mitre-ids', 'T1496')
    await eventually('the look', () => cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/rated`).query(stateQuery), ({ observed }) => observed?.rating?.mitreIds !== undefined)
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.77' })])
    const events = await eventually('another', () => cluster.events('rated'), (found) => found.length === 2)
    const told = events.map(({ severity, mitre_ids: ids, mitre_tactic: tactic }) => [severity, ids, tactic])
    expect(told).toEqual(expect.arrayContaining([[80, ['T1071'], 'Command and Control'], [25, ['T1496'], undefined]]))
    expect(host.count('/rated.txt')).toBe(1)
  })
})
