import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../client/config.ts'
import { connect } from '../../client/connect.ts'
import { type Cluster, eventually, flow } from './cluster.ts'
import type { FeedServer } from './feed-server.ts'
import { setStage } from './stage.ts'
import { clusterTraces, pastTraces, threatfeed, tracesOf } from './traces.ts'
import type { Trace, Watched } from './traces.ts'

let watched: Watched
let cluster: Cluster
let host: FeedServer
/** What each word was planted as, so that a leak says what leaked. */
const planted = new Map<string, string>()
const seen: string[] = []
const feeds: string[] = []

setStage(({ cluster: opened, host: feedHost, worker }) => {
  cluster = opened
  host = feedHost
  watched = { cluster, worker, client: connect(readConfig(cluster.env, {})) }
})
afterAll(() => watched.client.close())

/** A word that stands nowhere else: letters and digits alone, which no encoding of a url, of JSON or of a name changes. */
function plant(as: string): string {
  const word = `zq${randomBytes(5).toString('hex')}qz`
  planted.set(word, as)
  return word
}

/** Where a planted word can be read, as `<what> in <where>`. */
function leaks(traces: readonly Trace[]): string[] {
  const found = traces.flatMap(({ where, text }) => {
    const lower = text.toLowerCase()
    return [...planted].filter(([word]) => lower.includes(word)).map(([, as]) => `${as} in ${where}`)
  })
  return [...new Set(found)].sort()
}

interface Secretive {
  readonly format?: Record<string, unknown>
  readonly more?: Record<string, unknown>
  /** Bytes after the word in the Secret's value. */
  readonly tail?: string
  /** In place of our host. */
  readonly origin?: string
}

/** A feed whose path, query, literal header and Secret each hold a word; its host answers `answer` and says what it was asked. */
async function apply(feed: string, answer: (response: ServerResponse) => unknown, { format, more, tail = '', origin }: Secretive = {}): Promise<void> {
  feeds.push(feed)
  const [path, query, literal, secret] = [plant('url path'), plant('url query'), plant('literal header'), plant('header from a Secret')]
  await cluster.secret(`globalthreatfeed-${feed}-key`, { token: `${secret}${tail}` })
  host.answer(`/${path}`, (request, response) => {
    seen.push(`${request.url ?? ''} ${String(request.headers['x-literal'])} ${String(request.headers['authorization'])}`)
    answer(response)
  })
  const headers = [
    { name: 'X-Literal', value: literal },
    { name: 'Authorization', valueFrom: { secretKeyRef: { name: `globalthreatfeed-${feed}-key`, key: 'token' } } },
  ]
  const http = { url: `${origin ?? host.origin}/${path}?key=${query}`, headers, ...(format === undefined ? {} : { format }) }
  await cluster.apply(feed, { pull: { period: '1h', http }, ...more })
  seen.length = 0
}

/** The condition's message, once the resource has one of this type. */
async function condition(feed: string, type: string): Promise<string> {
  const of = ({ status }: Awaited<ReturnType<Cluster['feed']>>): string | undefined => status?.errorConditions?.find((one) => one.type === type)?.message
  return of(await eventually(`${feed} says ${type}`, () => cluster.feed(feed), (resource) => of(resource) !== undefined)) ?? ''
}

/** All traces of a feed, with the words of a command that waited for a further attempt. */
async function traces(feed: string): Promise<readonly Trace[]> {
  const refreshed = { where: 'threatfeed refresh', text: await threatfeed(watched.client, 'refresh', feed, '--wait') }
  return [refreshed, ...(await tracesOf(watched, feed))]
}

describe('T-04 what a feed keeps to itself', () => {
  it('T-04 F-12 of a good pull: a rejected entry stands in its report and in describe, nothing else anywhere', async () => {
    const body = `# ${plant('comment')}\n198.51.100.71 # ${plant('comment after an entry')}\n${plant('rejected entry')}\n`
    await apply('good', (response) => response.end(body), { more: { globalNetworkSet: { labels: { level: 'high' } } } })
    await eventually('the sync', () => cluster.feed('good'), ({ status }) => status?.lastSuccessfulSync !== undefined)
    await eventually('the network set', () => cluster.networkSet('threatfeed.good'), (set) => set !== null)
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.71' })])
    await eventually('the event', () => cluster.events('good'), (events) => events.length > 0)
    const all = await traces('good')
    expect(leaks(all)).toEqual([
      'rejected entry in document in .threatfeed.state.<cluster> of rejections',
      'rejected entry in rejected entries of threatfeed describe',
    ])

    // The words were on the way, and each place was truly read: something harmless of it is found there.
    expect(leaks([{ where: 'the request', text: seen.join('\n') }])).toEqual(
      ['header from a Secret', 'literal header', 'url path', 'url query'].map((what) => `${what} in the request`),
    )
    const { uid } = (await cluster.feed('good')).metadata
    const harmless: readonly (readonly [where: string, text: string])[] = [
      ['history', 'pullHash'],
      ['history', uid],
      ['execution', 'Healthy'],
      ['execution', 'IPSet'],
      ['state query', uid],
      ['current details', '1 member'],
      ['stack trace', ' at '],
      ['history of the controller', cluster.name],
      ['execution of the controller', 'watchFeeds'],
      ['log of the worker', cluster.name],
      ['log of Temporal', 'Worker'],
      ['health', '"ok":true'],
      ['status', 'lastSuccessfulSync'],
      ['Kubernetes events', 'SetUpdated'],
      ['network set', uid],
      ['threatfeed list', 'good'],
      ['threatfeed describe', '127.0.0.1'],
      ['threatfeed refresh', 'unchanged'],
      ['document in .threatfeed.state.<cluster>', uid],
      ['document in .threatfeed.windows.<cluster>', 'points'],
      ['document in tigera_secure_ee_events.<cluster>', 'gtf_suspicious_flow'],
      ['document in .tigera.ipset.<cluster>', '198.51.100.71/32'],
    ]
    const isRead = (where: string, text: string): boolean =>
      all.some((trace) => (trace.where === where || trace.where.startsWith(`${where}.`)) && trace.text.includes(text))
    const unread = harmless.filter(([where, text]) => !isRead(where, text))
    expect(unread).toEqual([])
  })

  const csv = { csv: { fieldNum: 0 } }
  const json = { json: { path: '$.list' } }
  const html = (): string => `<!doctype html><html><head><title>${plant('HTML title')}</title></head><body>${plant('HTML text')}</body></html>`
  const redirect = (location: () => string) => (response: ServerResponse) => response.writeHead(302, { location: location() }).end(plant('body of a redirect'))

  const ill: readonly (readonly [what: string, answer: (response: ServerResponse) => unknown, options?: Secretive])[] = [
    ['answers 500 with a page', (response) => response.writeHead(500, plant('reason phrase'), { 'content-type': 'text/html' }).end(html())],
    ['answers 404 with a page', (response) => response.writeHead(404, plant('reason phrase')).end(html())],
    ['sends an HTML page', (response) => response.end(html())],
    ['sends nothing that is valid', (response) => response.end(`${plant('entry')}\n${plant('entry')} ${plant('entry')}\n`)],
    ['sends what is not HTTP', (response) => response.socket?.end(`${plant('first line')} ${plant('first line')}\r\n\r\n`)],
    ['sends a header that is not HTTP', (response) => response.socket?.end(`HTTP/1.1 200 OK\r\n${plant('header line')}\r\n\r\n`)],
    ['breaks off in the middle', (response) => (response.writeHead(200, { 'content-length': '999' }).write(`${plant('entry')}\n`), setImmediate(() => response.destroy()))],
    ['sends gzip that is none', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(plant('body'))],
    ['redirects to a path that is not there', redirect(() => `/${plant('path of a redirect')}?key=${plant('query of a redirect')}`)],
    ['redirects to a host that refuses', redirect(() => `http://127.0.0.1:1/${plant('path of a redirect')}?key=${plant('query of a redirect')}`)],
    ['redirects to an address that is not allowed', redirect(() => `http://169.254.169.254/${plant('path of a redirect')}?key=${plant('query of a redirect')}`)],
    ['redirects to another scheme', redirect(() => `ftp://127.0.0.1/${plant('path of a redirect')}`)],
    ['redirects with a user and a password', redirect(() => `http://${plant('user')}:${plant('password')}@127.0.0.1/`)],
    ['redirects to what is no url', redirect(() => `http://[${plant('broken url')}`)],
    ['has a line of another width', (response) => response.end(`192.0.2.1,a\n192.0.2.2,${plant('csv line')},${plant('csv line')}\n`), { format: csv }],
    ['has a broken quote', (response) => response.end(`192.0.2.1,a\n"${plant('csv quote')}"${plant('csv quote')},b\n`), { format: csv }],
    ['sends a lone string as json', (response) => response.end(JSON.stringify({ list: plant('json string') })), { format: json }],
    ['sends an object as json', (response) => response.end(JSON.stringify({ list: { inner: plant('json value') } })), { format: json }],
    ['sends a json array of others', (response) => response.end(JSON.stringify({ list: [{ inner: plant('json value') }, 7] })), { format: json }],
    ['sends a json document without a match', (response) => response.end(JSON.stringify({ other: plant('json value') })), { format: json }],
    ['sends broken json', (response) => response.end(`{"list": [${plant('broken json')}`), { format: json }],
  ]
  it.each(ill.map(([what, answer, options = {}]) => [what, answer, options] as const))('T-04 P-11 of a host that %s', async (_, answer, options) => {
    const feed = `ill-${String(feeds.length)}`
    await apply(feed, answer, options)
    const message = await condition(feed, 'PullFailed')
    expect(seen.length).toBeGreaterThan(0)
    const all = await traces(feed)
    expect(leaks(all)).toEqual([])
    for (const where of ['history', 'state query', 'current details', 'status', 'threatfeed describe', 'threatfeed refresh', 'Kubernetes events'])
      expect({ where, said: all.some((trace) => trace.where === where && trace.text.includes(message.slice(0, 12))) }).toEqual({ where, said: true })
  })

  it('T-04 P-06 of a host that refuses connections', async () => {
    await apply('refused', () => undefined, { origin: 'http://127.0.0.1:1' })
    await condition('refused', 'PullFailed')
    expect(leaks(await traces('refused'))).toEqual([])
  })

  it('T-04 P-05 of a value in a Secret that no header may hold', async () => {
    await apply('control', (response) => response.end('192.0.2.1\n'), { tail: `\u0001${plant('tail of a header value')}` })
    expect(await condition('control', 'PullFailed')).toContain('control character')
    expect(leaks(await traces('control'))).toEqual([])
    expect(seen).toEqual([])
  })

  it.each<readonly [string, 'IPSet' | 'DomainNameSet', (document: () => string) => object]>([
    ['lacks its field', 'IPSet', (word) => ({ addresses: [word()], comment: word() })],
    ['holds numbers and words', 'DomainNameSet', (word) => ({ domains: [7, word()] })],
    ['holds nothing valid', 'DomainNameSet', (word) => ({ domains: [word(), `*.${word()}.example`] })],
    ['holds addresses where names belong', 'DomainNameSet', (word) => ({ domains: ['192.0.2.1', '192.0.2.2'], comment: word() })],
  ])('T-04 S-03 of a pushed document that %s', async (_, content, make) => {
    const feed = `pushed-${String(feeds.length)}`
    feeds.push(feed)
    await cluster.elasticsearch.index({ index: cluster.setIndex(content), id: feed, document: make(() => plant('pushed value')) })
    await cluster.apply(feed, { content })
    await condition(feed, 'PushInvalid')
    // The document itself is its writer's.
    const all = (await traces(feed)).filter(({ where }) => !where.startsWith('document in .tigera.'))
    expect(leaks(all)).toEqual([])
    await cluster.elasticsearch.delete({ index: cluster.setIndex(content), id: feed, refresh: true })
  })

  it('T-04 S-05 of feeds that are gone: nothing in any run there ever was, in the logs, or in the store', async () => {
    expect(feeds.length).toBeGreaterThan(20)
    const past = await Promise.all(feeds.map((feed) => pastTraces(cluster, feed)))
    expect(past.flat().every(({ text }) => text !== '')).toBe(true)
    expect(leaks([...past.flat(), ...(await clusterTraces(watched))])).toEqual([])
  })
})
