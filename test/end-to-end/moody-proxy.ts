import { createServer, request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands before Elasticsearch and refuses what a test tells it to. */
export interface MoodyProxy {
  readonly url: string
  /** Requests for which this holds are answered 503. */
  refuse: (method: string, path: string) => boolean
  /** Requests for which this holds reach Elasticsearch, and whoever asked never learns of it. */
  withhold: (method: string, path: string) => boolean
  close(): Promise<void>
}

export async function openMoodyProxy(target: string): Promise<MoodyProxy> {
  const { hostname, port } = new URL(target)
  const server = createServer((request, response) => {
    if (proxy.refuse(request.method ?? '', request.url ?? '')) {
      request.resume()
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"type":"unavailable_shards_exception","reason":"by hand"},"status":503}')
      return
    }
    const onward = ask({ hostname, port, method: request.method, path: request.url, headers: request.headers }, (answer) => {
      if (proxy.withhold(request.method ?? '', request.url ?? '')) {
        answer.resume()
        return
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: MoodyProxy = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    refuse: () => false,
    withhold: () => false,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}
