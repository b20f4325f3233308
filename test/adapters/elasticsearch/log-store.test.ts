import { createServer, type Server } from 'node:http'
import { Client } from '@elastic/elasticsearch'
import { afterEach, describe, expect, it } from 'vitest'
import { elasticsearchLogStore } from '../../../adapters/elasticsearch/log-store.ts'
import { logPatterns } from '../../fixtures/log-mappings.ts'

let server: Server
afterEach(() => new Promise((done) => server.close(done)))

/** A log store whose server gives one answer. */
function answering(answer: unknown) {
  return asking(() => answer)
}

/** A log store whose server answers what it is asked. */
async function asking(answer: (asked: { readonly aggregations?: unknown; readonly size?: number; readonly search_after?: readonly [string, number] }) => unknown, clock?: () => number) {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Parameters<typeof answer>[0]
      const answered = answer(asked)
      const status = typeof answered === 'object' && answered !== null && 'status' in answered ? Number(answered.status) : 200
      response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }).end(JSON.stringify(answered))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return elasticsearchLogStore(new Client({ node: `http://127.0.0.1:${port}` }), logPatterns('cluster'), clock)
}

const copy = (primary: boolean, seqNo: Readonly<Record<string, number>>) => ({
  routing: { primary, state: 'STARTED' },
  seq_no: seqNo,
  commit: { user_data: { history_uuid: 'h' } },
})

describe('checkpoints', () => {
  it('Q-06 are the global ones of the primaries: local checkpoints and the highest number lose logs at a failover', async () => {
    const logs = await answering({
      _shards: { failed: 0 },
      indices: {
        a: {
          uuid: 'ua',
          shards: {
            0: [copy(false, { max_seq_no: 99, local_checkpoint: 98, global_checkpoint: 3 }), copy(true, { max_seq_no: 12, local_checkpoint: 9, global_checkpoint: 7 })],
            1: [copy(false, { max_seq_no: 5, local_checkpoint: 5, global_checkpoint: 5 })],
          },
        },
      },
    })
    expect(await logs.checkpoints('flow', AbortSignal.timeout(5_000))).toEqual([{ index: 'a', uuid: 'ua', history: 'h', shard: 0, checkpoint: 7 }])
  })

  it('Q-06 fail when a shard could not tell its own', async () => {
    const logs = await answering({ _shards: { total: 2, successful: 1, failed: 1 }, indices: {} })
    await expect(logs.checkpoints('flow', AbortSignal.timeout(5_000))).rejects.toMatchObject({ code: 'SearchFailed', failureClass: 'wait', message: expect.stringContaining('did not tell their checkpoints') })
  })

  it('Q-06 fail when the answer does not say how many shards failed', async () => {
    const logs = await answering({ indices: {} })
    await expect(logs.checkpoints('flow', AbortSignal.timeout(5_000))).rejects.toMatchObject({ code: 'SearchFailed', failureClass: 'wait', message: expect.stringContaining('did not tell their checkpoints') })
  })

  it('S-06 fail where the account may not see the logs, which Elasticsearch answers as if there were none', async () => {
    const index = (monitor: boolean) => ({ 'tigera_secure_ee_flows.cluster.*': { monitor, maintenance: true, read: true } })
    const logs = await answering({ _shards: { failed: 0 }, indices: {}, index: index(false) })
    await expect(logs.checkpoints('flow', AbortSignal.timeout(5_000))).rejects.toMatchObject({
      code: 'SearchFailed',
      failureClass: 'user',
      message: 'The account in Elasticsearch lacks the index privileges [monitor] on tigera_secure_ee_flows.cluster.*',
    })
    server.close()
    const allowed = await answering({ _shards: { failed: 0 }, indices: {}, index: index(true) })
    expect(await allowed.checkpoints('flow', AbortSignal.timeout(5_000))).toEqual([])
  })
})

describe('a refresh', () => {
  const point = { index: 'tigera_secure_ee_flows.cluster.a', uuid: 'ua', history: 'h', shard: 0, checkpoint: 1 }
  it.each([
    ['failed on a copy', { _shards: { total: 3, successful: 2, failed: 1 } }],
    ['reached fewer shards than there are', { _shards: { total: 2, successful: 1, failed: 0 } }],
    ['does not say what it reached', {}],
  ])('Q-06 that %s moves nothing: a copy without it may be the one that answers', async (_, answer) => {
    const logs = await answering(answer)
    const points = [point, { ...point, shard: 1 }]
    expect(await logs.refresh('flow', points, AbortSignal.timeout(5_000))).toEqual([])
    expect(await logs.unsearchable('flow', AbortSignal.timeout(5_000))).toContain('have lost shards')
  })

  it('Q-06 that reached the primaries moves them, also while copies are not assigned', async () => {
    const logs = await answering({ _shards: { total: 2, successful: 1, failed: 0 } })
    expect(await logs.refresh('flow', [point], AbortSignal.timeout(5_000))).toEqual([point])
  })
})

describe('a search', () => {
  const span = { index: 'a', uuid: 'ua', history: 'h', shard: 0, after: -1, upTo: 5 }
  const one = { buckets: [{ key: { value: '192.0.2.1' } }] }
  const hit = { _index: 'a', _id: 'x', _source: { dest_ip: '192.0.2.1' }, sort: ['a', 1] }
  const partial: readonly (readonly [string, Readonly<Record<string, number>>, Readonly<Record<string, boolean>>])[] = [
    ['did not reach every shard', { total: 0, successful: 0, failed: 0 }, {}],
    ['reached one of two', { total: 2, successful: 1, failed: 1 }, {}],
    ['reached more shards than it named', { total: 2, successful: 2, failed: 0 }, {}],
    ['was not answered by one', { total: 1, successful: 0, failed: 0 }, {}],
    ['skipped one', { total: 1, successful: 1, skipped: 1, failed: 0 }, {}],
    ['ran out of time', { total: 1, successful: 1, failed: 0 }, { timed_out: true }],
    ['ended early', { total: 1, successful: 1, failed: 0 }, { terminated_early: true }],
  ]
  it.each(partial)('Q-06 that %s found nothing: its shards are unreachable', async (_, shards, how) => {
    const logs = await answering({ took: 1, timed_out: false, ...how, _shards: shards, hits: { hits: [] }, aggregations: { 'source_ip plain': one, 'dest_ip plain': one } })
    expect(await logs.digest({ kind: 'flow', spans: [span] }, AbortSignal.timeout(5_000))).toMatchObject({
      found: [{ values: [] }, { values: [] }],
      unreachable: [span],
    })
  })

  it.each(partial)('Q-06 that %s gives no logs', async (_, shards, how) => {
    const logs = await answering({ took: 1, timed_out: false, ...how, _shards: shards, hits: { hits: [hit] } })
    const pages = []
    for await (const page of logs.find({ kind: 'flow', spans: [span] }, { field: 'dest_ip', values: ['192.0.2.1'] }, AbortSignal.timeout(5_000))) pages.push(page)
    expect(pages).toEqual([{ found: [], unreachable: [span], among: 0, matching: 0 }])
  })

  it('Q-06 that reached all of them is taken', async () => {
    const logs = await answering({
      took: 1,
      timed_out: false,
      _shards: { total: 1, successful: 1, failed: 0 },
      hits: { hits: [] },
      aggregations: { 'source_ip plain': one, 'dest_ip plain': one },
    })
    const { found, unreachable } = await logs.digest({ kind: 'flow', spans: [span] }, AbortSignal.timeout(5_000))
    expect(unreachable).toEqual([])
    expect(found).toEqual([{ field: 'source_ip', values: ['192.0.2.1'] }, { field: 'dest_ip', values: ['192.0.2.1'] }])
  })
})

describe('a search that shards refuse', () => {
  const span = { index: 'a', uuid: 'ua', history: 'h', shard: 0, after: -1, upTo: 5 }
  const refusal = (type: string) => ({
    status: 400,
    error: {
      type,
      reason: 'all shards failed',
      root_cause: [{ type: 'illegal_argument_exception', reason: 'Fielddata is disabled on [qname] in [a]. Text fields are not optimised' }],
    },
  })
  /** What is said of logs, by minutes after a search that was answered so. */
  async function saidAfter(answer: ReturnType<typeof refusal>, ...minutes: readonly number[]) {
    let now = 0
    const sample = { took: 1, timed_out: false, _shards: { total: 1, successful: 1, failed: 0 }, hits: { hits: [] } }
    const logs = await asking(({ aggregations }) => (aggregations === undefined ? sample : answer), () => now)
    const { unreachable } = await logs.digest({ kind: 'dns', spans: [span, { ...span, index: 'b' }] }, AbortSignal.timeout(5_000))
    expect(unreachable).toHaveLength(2)
    const said = []
    for (const minute of minutes) {
      now = minute * 60_000
      said.push(await logs.unsearchable('dns', AbortSignal.timeout(5_000)))
    }
    return said
  }

  it('Q-11 is said with an index and the field, for an hour', async () => {
    const [first, later, last] = await saidAfter(refusal('search_phase_execution_exception'), 0, 60, 61)
    expect(first).toContain('The logs in 2 indices of tigera_secure_ee_dns.cluster.*, among them a, cannot be searched')
    expect(first).toContain('(illegal_argument_exception at field qname)')
    expect([later, last]).toEqual([first, null])
  })

  it('Q-06 Q-11 is none where an index is closed: it is searched when it is back', async () => {
    expect(await saidAfter(refusal('index_closed_exception'), 0)).toEqual([null])
  })
})

describe('logs that are as long as an answer of the DNS can be', () => {
  const span = { index: 'a', uuid: 'ua', history: 'h', shard: 0, after: -1, upTo: 999 }
  const reached = { took: 1, timed_out: false, _shards: { total: 1, successful: 1, failed: 0 } }

  it.each([
    ['of 64 kB', 600, 64_000, [1_000, 250, 250, 250]],
    ['of 1 MB', 40, 1_000_000, [1_000, 250, 62, 15, 15, 15]],
    ['longer alone than an answer of many', 1, 17_000_000, [1_000, 250, 62, 15, 3, 1, 1]],
  ])('Q-10 %s are read fewer at a time, and none is left out', async (_, count, bytes, sizes) => {
    const asked: number[] = []
    const logs = await asking(({ size = 0, search_after: [, last] = ['', -1] }) => {
      asked.push(size)
      const hits = Array.from({ length: Math.max(Math.min(size, count - last - 1), 0) }, (_, n) => last + 1 + n)
      return { ...reached, hits: { total: { value: count }, hits: hits.map((n) => ({ _index: 'a', _id: `log-${n}`, _source: { qname: 'x'.repeat(bytes) }, sort: ['a', n] })) } }
    })
    const found: string[] = []
    for await (const page of logs.find({ kind: 'dns', spans: [span] }, null, AbortSignal.timeout(30_000))) {
      expect(page).toMatchObject({ unreachable: [], matching: count })
      found.push(...page.found.map(({ id }) => id))
    }
    expect(found).toEqual(Array.from({ length: count }, (_, n) => `log-${n}`))
    expect(asked).toEqual(sizes)
  }, 60_000)
})
