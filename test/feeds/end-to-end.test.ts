import { describe, expect, it } from 'vitest'
import { type Cluster, dns, eventually, flow } from '../end-to-end/cluster.ts'
import type { FeedServer } from '../end-to-end/feed-server.ts'
import { setStage } from '../end-to-end/stage.ts'
import { entriesOf, textOf } from './folder.ts'

/** Storing 120,000 members takes seconds on an idle machine, and many times that on a busy one. */
const PATIENCE_MS = 180_000

let cluster: Cluster
let host: FeedServer
setStage(
  (stage) => {
    cluster = stage.cluster
    host = stage.host
  },
  { clear: 'all' },
)

async function follow(feed: string, file: string, spec: Record<string, unknown> = {}): Promise<void> {
  host.answer(`/${file}`, textOf(file))
  await cluster.apply(feed, { pull: { period: '1h', http: { url: `${host.origin}/${file}` } }, ...spec })
  await eventually(`${feed} is synced`, () => cluster.feed(feed), ({ status }) => status?.lastSuccessfulSync !== undefined, PATIENCE_MS)
}

/**
 * Waits until a feed has searched so many windows after the newest that there is now. One is cut each interval, so this counts intervals
 * without a clock, however slow the machine is.
 */
async function intervals(feed: string, kind: 'flow' | 'dns', count: number): Promise<void> {
  const { newest } = await cluster.windows(kind, feed)
  await eventually(`${feed} has searched ${String(count)} more windows`, () => cluster.windows(kind, feed), ({ searched }) => searched >= newest + count, PATIENCE_MS)
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0)
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}

/** First and last address of a prefix. */
function span(prefix: string): readonly [first: number, last: number] {
  const [address = '', length = ''] = prefix.split('/')
  const first = numberOf(address)
  return [first, first + 2 ** (32 - Number(length)) - 1]
}

/** The address closest to one of a set that is not in it itself. */
function nearestOutside(number: number, set: ReadonlySet<number>): number {
  for (let distance = 1; ; distance += 1) {
    for (const candidate of [number + distance, number - distance]) if (!set.has(candidate)) return candidate
  }
}

describe('published addresses, end to end', () => {
  it('S-01 Q-01 Q-06 E-03 ipsum-level1.txt: 120,430 members, one event for a log to a member, none for its neighbour', async () => {
    await follow('level1', 'ipsum-level1.txt')
    const members = await cluster.document('IPSet', 'level1')
    expect(members).toHaveLength(120_430)
    expect(new Set(members)).toEqual(new Set(entriesOf('ipsum-level1.txt').map((address) => `${address}/32`)))
    expect(await cluster.networkSet('threatfeed.level1')).toBeNull()

    const numbers = new Set(entriesOf('ipsum-level1.txt').map(numberOf))
    const [member = 0] = numbers
    const outside = nearestOutside(member, numbers)
    await cluster.log('flow', [flow({ _id: 'to-a-member', dest_ip: addressOf(member) }), flow({ _id: 'to-its-neighbour', dest_ip: addressOf(outside) })])
    await intervals('level1', 'flow', 2)
    const ids = async (): Promise<readonly unknown[]> => (await cluster.events('level1')).map(({ record }) => (record as { flow_log_id: unknown }).flow_log_id)
    expect(await ids()).toEqual(['to-a-member'])
    await intervals('level1', 'flow', 5)
    expect(await ids()).toEqual(['to-a-member'])
  })

  it('G-01 G-03 ipsum-level3.txt: 11,804 prefixes cover exactly its addresses', async () => {
    await follow('level3', 'ipsum-level3.txt', { globalNetworkSet: { labels: { level: 'high' } } })
    const set = await eventually('the network set', () => cluster.networkSet('threatfeed.level3'), (found) => found !== null)
    const spans = (set?.spec.nets ?? []).map(span).sort(([a], [b]) => a - b)
    expect(spans).toHaveLength(11_804)
    const addresses = [...new Set(entriesOf('ipsum-level3.txt').map(numberOf))].sort((a, b) => a - b)
    // Written out, the spans are the addresses, each once.
    const covered = spans.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at))
    expect(covered).toEqual(addresses)
    expect(addresses).toHaveLength(14_217)
  })
})

describe('published names, end to end', () => {
  it('Q-02 Q-03 stevenblack-domains.txt: question, answer and its data give an event each, and of 19,997 benign names only those in the set do', async () => {
    await follow('hosts', 'stevenblack-domains.txt', { content: 'DomainNameSet' })
    expect(await cluster.document('DomainNameSet', 'hosts')).toHaveLength(140_626)
    const listed = new Set(entriesOf('stevenblack-domains.txt'))
    const { list: benign } = JSON.parse(textOf('benign-cisco-top20k.json')) as { list: string[] }
    const benignNames = new Set(benign)
    const [question = '', answer = '', data = ''] = [...listed].filter((name) => !benignNames.has(name))
    await cluster.log('dns', [
      dns({ _id: 'question', qname: question }),
      dns({ _id: 'answer', rrsets: [{ name: answer, type: 'A', class: 'IN', rdata: ['192.0.2.1'] }] }),
      dns({ _id: 'data', rrsets: [{ name: 'www.fine.example', type: 'CNAME', class: 'IN', rdata: [data] }] }),
    ])
    await intervals('hosts', 'dns', 2)
    const found = async (): Promise<Readonly<Record<string, unknown>>> => {
      const records = (await cluster.events('hosts')).map(({ record }) => record as { dns_log_id: string; suspicious_domains: unknown })
      expect(new Set(records.map(({ dns_log_id: id }) => id)).size).toBe(records.length)
      return Object.fromEntries(records.map(({ dns_log_id: id, suspicious_domains: names }) => [id, names]))
    }
    const first = { question: [question], answer: [answer], data: [data] }
    expect(await found()).toEqual(first)

    const logs = benign.map((qname) => dns({ _id: `benign-${qname}`, qname }))
    for (let from = 0; from < logs.length; from += 5_000) await cluster.log('dns', logs.slice(from, from + 5_000))
    await intervals('hosts', 'dns', 2)
    const inTheSet = benign.filter((name) => listed.has(name))
    expect(inTheSet).toHaveLength(1_678)
    expect(await found()).toEqual({ ...first, ...Object.fromEntries(inTheSet.map((name) => [`benign-${name}`, [name]])) })
  })
})
