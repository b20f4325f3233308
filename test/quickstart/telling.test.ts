import { describe, expect, it } from 'vitest'
import type { FeedSummary } from '../../client/results.ts'
import { buildEvent } from '../../domain/events/build-event.ts'
import { eventLine, readEvent } from '../../local/quickstart/event-line.ts'
import { FeedNews } from '../../local/quickstart/feed-news.ts'
import { serversElsewhere } from '../../local/quickstart/given-servers.ts'
import { commandsToTry } from '../../local/quickstart/to-try.ts'

async function line(field: 'source_ip' | 'dest_ip' | 'qname', source: Record<string, unknown>, member: string): Promise<string> {
  const log = { index: 'i', id: '1', source }
  const hits = [{ log, field, value: String(source[field]), member }] as const
  const event = await buildEvent({ feedName: 'deny-list', setVersion: 'v', foundAt: new Date(0), hits })
  return eventLine(readEvent(event.document))
}

describe('the line of an event', () => {
  it('E-02 names feed, pod and listed address of a flow that goes out', async () => {
    const source = { source_ip: '10.0.0.1', source_namespace: 'shop', source_name: 'web-1', dest_ip: '192.0.2.5', dest_name: '-' }
    expect(await line('dest_ip', source, '192.0.2.0/28')).toBe('event gtf_suspicious_flow feed=deny-list pod=shop/web-1 value=192.0.2.5')
  })

  it('names the pod of a flow that comes in', async () => {
    const source = { source_ip: '192.0.2.5', source_namespace: '-', dest_ip: '10.0.0.1', dest_namespace: 'shop', dest_name: 'web-1' }
    expect(await line('source_ip', source, '192.0.2.5/32')).toBe('event gtf_suspicious_flow feed=deny-list pod=shop/web-1 value=192.0.2.5')
  })

  it('E-04 falls back to the pods that an aggregated log stands for', async () => {
    const source = { qname: 'C2.example', client_namespace: 'shop', client_name: '-', client_name_aggr: 'web-*' }
    expect(await line('qname', source, 'c2.example')).toBe('event gtf_suspicious_dns_query feed=deny-list pod=shop/web-* value=c2.example')
    expect(await line('qname', { qname: 'c2.example' }, 'c2.example')).toContain('pod=-/- ')
  })
})

describe('news of feeds', () => {
  const feed = (over: Partial<FeedSummary>): FeedSummary => ({
    name: 'a',
    content: 'IPSet',
    mode: 'Enabled',
    source: 'pull',
    running: true,
    lastSuccessfulSync: null,
    lastSuccessfulSearch: null,
    errorConditions: [],
    ...over,
  })

  it('tells each change once, and waits for every feed', () => {
    const news = new FeedNews(['a', 'b'])
    expect(news.of([feed({})])).toEqual([])
    const failed = feed({ errorConditions: [{ type: 'PullFailed', message: 'no' }] })
    expect(news.of([failed])).toEqual(['feed a: PullFailed: no'])
    expect(news.of([failed])).toEqual([])
    expect(news.waiting).toEqual(['a', 'b'])
    expect(news.of([feed({ lastSuccessfulSync: 't' }), feed({ name: 'not ours', lastSuccessfulSync: 't' })])).toEqual([
      'feed a: lastSuccessfulSync t',
      'feed a: no error conditions any more',
    ])
    expect(news.waiting).toEqual(['b'])
  })
})

describe('servers that a shell names', () => {
  it('are used on this machine alone', () => {
    const here = { TEMPORAL_ADDRESS: '127.0.0.1:7233', ELASTICSEARCH_URL: 'http://localhost:9200', KUBECONFIG: '/nowhere/kubeconfig' }
    expect(serversElsewhere(here)).toEqual([])
    expect(serversElsewhere({})).toEqual([])
    const elsewhere = { TEMPORAL_ADDRESS: 'temporal.example:7233', ELASTICSEARCH_URL: 'https://127.0.0.1.example' }
    expect(serversElsewhere(elsewhere)).toEqual(['TEMPORAL_ADDRESS', 'ELASTICSEARCH_URL'])
  })
})

describe('commands to try', () => {
  it('carry their settings, so that any shell can take them', () => {
    const settings = { TEMPORAL_ADDRESS: '127.0.0.1:1', KUBECONFIG: "/it's here/config", ELASTICSEARCH_URL: 'http://127.0.0.1:2', OTHER: 'x' }
    expect(commandsToTry(settings, 'kubectl', ['a', 'b'])).toEqual([
      "KUBECONFIG='/it'\\''s here/config' kubectl get globalthreatfeeds",
      "TEMPORAL_ADDRESS=127.0.0.1:1 KUBECONFIG='/it'\\''s here/config' ELASTICSEARCH_URL=http://127.0.0.1:2 npx threatfeed describe a",
      "TEMPORAL_ADDRESS=127.0.0.1:1 KUBECONFIG='/it'\\''s here/config' ELASTICSEARCH_URL=http://127.0.0.1:2 npx threatfeed refresh a --wait",
    ])
  })
})
