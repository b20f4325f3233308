import { createServer, request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface StoreRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly body: string
}

/** What happens at a moment; `refuse` answers 503 in place of Elasticsearch, as if it had gone away at that moment. */
export type Act = () => Promise<'refuse' | undefined>

/** Stands before Elasticsearch, remembers what is asked, and lets a test act at a moment between two requests. */
export interface WatchedStore {
  readonly url: string
  /** Every request so far, in order, without bodies. */
  readonly asked: Omit<StoreRequest, 'body'>[]
  /** Once, before the first such request reaches Elasticsearch. */
  before(matches: (request: StoreRequest) => boolean, act: Act): void
  /** Once, after Elasticsearch has answered it and before the worker learns of it. */
  after(matches: (request: StoreRequest) => boolean, act: Act): void
  close(): Promise<void>
}

interface Moment {
  readonly matches: (request: StoreRequest) => boolean
  readonly act: Act
}

export async function openWatchedStore(target: string): Promise<WatchedStore> {
  const { hostname, port } = new URL(target)
  const asked: Omit<StoreRequest, 'body'>[] = []
  const befores: Moment[] = []
  const afters: Moment[] = []
  const take = async (moments: Moment[], request: StoreRequest): Promise<'refuse' | undefined> => {
    const at = moments.findIndex(({ matches }) => matches(request))
    return at < 0 ? undefined : moments.splice(at, 1)[0]?.act()
  }
  const server = createServer((incoming, response) => {
    const { method = '', url: path = '', headers } = incoming
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const body = Buffer.concat(chunks)
      const request = { method, path, body: body.toString('utf8') }
      asked.push({ method, path })
      const refuse = (): void => {
        response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"type":"unavailable_shards_exception","reason":"by hand"},"status":503}')
      }
      void take(befores, request).then((said) => {
        if (said === 'refuse') return refuse()
        const onward = ask({ hostname, port, method, path, headers }, (answer) => {
          void take(afters, request).then((then) => {
            if (then === 'refuse') {
              answer.resume()
              return refuse()
            }
            response.writeHead(answer.statusCode ?? 502, answer.headers)
            answer.pipe(response)
          })
        })
        onward.on('error', () => response.destroy())
        response.on('close', () => onward.destroy())
        onward.end(body)
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    before: (matches, act) => void befores.push({ matches, act }),
    after: (matches, act) => void afters.push({ matches, act }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
