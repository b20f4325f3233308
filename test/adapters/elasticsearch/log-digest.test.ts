import { createServer, type Server } from 'node:http'
import { Client } from '@elastic/elasticsearch'
import { afterEach, describe, expect, it } from 'vitest'
import { elasticsearchLogStore } from '../../../adapters/elasticsearch/log-store.ts'
import { ipv4Text, readAddressText } from '../../../domain/addresses/ipv4.ts'
import { logPatterns } from '../../fixtures/log-mappings.ts'

let server: Server
afterEach(() => new Promise((done) => server.close(done)))

interface Asked {
  readonly query: { readonly bool: { readonly filter: readonly { readonly range?: Readonly<Record<string, { readonly gte: string; readonly lte: string }>> }[] } }
  readonly aggregations: Readonly<Record<string, { readonly composite: { readonly size: number } }>>
}

/** Answers as Elasticsearch does of logs whose two fields hold these addresses, sorted. */
async function holding(addresses: readonly number[]) {
  const asked: { readonly fields: readonly string[]; readonly sizes: number; readonly visited: number }[] = []
  server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const { query, aggregations } = JSON.parse(Buffer.concat(pieces).toString()) as Asked
    const range = Object.values(query.bool.filter.find((part) => part.range !== undefined)?.range ?? {})[0]
    // What lies below and above IPv4 is not there.
    const [from, to] = [range?.gte ?? '::', range?.lte ?? '::'].map((text, end) => (text.includes(':') ? [0, 2 ** 32 - 1][end] : readAddressText(text)) ?? 0)
    const within = addresses.filter((address) => address >= (from ?? 0) && address <= (to ?? 0))
    const fields = Object.entries(aggregations)
    asked.push({ fields: fields.map(([name]) => name), sizes: fields.reduce((sum, [, { composite }]) => sum + composite.size, 0), visited: within.length })
    const answers = fields.map(([name, { composite }]) => {
      const buckets = within.slice(0, composite.size).map((address) => ({ key: { value: ipv4Text(address) } }))
      return [name, { buckets, ...(buckets.length === 0 ? {} : { after_key: buckets.at(-1)?.key }) }]
    })
    const answer = { timed_out: false, _shards: { total: 1, successful: 1, failed: 0 }, hits: { hits: [] }, aggregations: Object.fromEntries(answers) }
    response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { logs: elasticsearchLogStore(new Client({ node: `http://127.0.0.1:${port}` }), logPatterns('cluster')), asked }
}

const span = (logs: number) => ({ index: 'a', uuid: 'ua', history: 'h', shard: 0, after: -1, upTo: logs - 1 })
const spread = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => 2 ** 24 + Math.floor((i * 220 * 2 ** 24) / count))

describe('a digest', () => {
  it('Q-10 of a minute of logs is one request for all fields', async () => {
    const { logs, asked } = await holding(spread(700))
    const { found } = await logs.digest({ kind: 'flow', spans: [span(1_389)] }, AbortSignal.timeout(10_000))
    expect(found.map(({ values }) => values.length)).toEqual([700, 700])
    expect(asked).toHaveLength(1)
  })

  it('Q-10 of a day visits each log for one page of values alone, hands over page by page, and keeps within the limit of buckets', async () => {
    const { logs, asked } = await holding(spread(180_000))
    const seen = new Map<string, number>()
    let [largest, pages] = [0, 0]
    const { found } = await logs.digest({ kind: 'flow', spans: [span(2_000_000)] }, AbortSignal.timeout(30_000), async ({ field, values }) => {
      pages += 1
      largest = Math.max(largest, values.length)
      for (const value of values) seen.set(`${field} ${value}`, (seen.get(`${field} ${value}`) ?? 0) + 1)
    })
    expect(found.every(({ values }) => values.length === 0)).toBe(true)
    expect([seen.size, [...seen.values()].filter((times) => times > 1).length]).toEqual([360_000, 0])
    expect([largest <= 50_000, pages <= 14]).toEqual([true, true])
    expect(asked.every(({ sizes }) => sizes <= 65_536)).toBe(true)
    expect(asked.reduce((sum, { visited }) => sum + visited, 0)).toBeLessThan(1.3 * 360_000)
  }, 60_000)

  it('Q-10 of fewer values than were expected, or more, holds them all the same', async () => {
    const { logs } = await holding(spread(3))
    expect((await logs.digest({ kind: 'flow', spans: [span(2_000_000)] }, AbortSignal.timeout(10_000))).found.map(({ values }) => values.length)).toEqual([3, 3])
    server.close()
    const more = await holding(spread(60_000))
    expect((await more.logs.digest({ kind: 'flow', spans: [span(30_000)] }, AbortSignal.timeout(10_000))).found.map(({ values }) => values.length)).toEqual([60_000, 60_000])
  }, 60_000)
})
