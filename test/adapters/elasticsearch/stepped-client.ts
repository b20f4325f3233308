import type { Client } from '@elastic/elasticsearch'
import { elasticsearchClient } from '../../../adapters/elasticsearch/client.ts'

/** A client whose requests are counted, and before one of which something else is done. */
export interface SteppedClient {
  readonly client: Client
  requests(): number
}

/** @param at number of the request, from 0, before which `act` is done and awaited. */
export function steppedClient(url: string, at: number, act: () => Promise<unknown>): SteppedClient {
  const client = elasticsearchClient({ url })
  const { transport } = client
  const request = transport.request.bind(transport)
  let requests = 0
  transport.request = (async (...asked: Parameters<typeof request>) => {
    requests += 1
    if (requests === at + 1) await act()
    return await request(...asked)
  }) as typeof transport.request
  return { client, requests: () => requests }
}
