import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from '@elastic/elasticsearch'
import { expect, it } from 'vitest'
import { EventTail } from '../../local/quickstart/event-tail.ts'

it('tells each event once, and none while the index that was just made has no shard yet', async () => {
  const hits = [{ _id: 'a', _source: { type: 'gtf_suspicious_flow', record: { feeds: ['deny-list'] } } }]
  let status = 503
  const store = createServer((_request, response) => {
    response.writeHead(status, { 'x-elastic-product': 'Elasticsearch', 'content-type': 'application/json' })
    response.end(JSON.stringify(status === 200 ? { hits: { hits } } : { error: { type: 'no_shard_available_action_exception' }, status }))
  })
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve))
  try {
    const client = new Client({ node: `http://127.0.0.1:${(store.address() as AddressInfo).port}` })
    const tail = new EventTail(client, 'events', new Date(0))
    const signal = AbortSignal.timeout(30_000)
    expect(await tail.next(signal)).toEqual([])
    status = 200
    expect(await tail.next(signal)).toHaveLength(1)
    expect(await tail.next(signal)).toEqual([])
    status = 400
    await expect(tail.next(signal)).rejects.toThrow()
  } finally {
    store.close()
  }
})
