import { createServer, request as askHttp } from 'node:http'
import type { Agent, IncomingMessage, ServerResponse } from 'node:http'
import { request as askHttps } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface ProxiedRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly body: string
}

/** What is said in place of the server behind; `hang up` breaks the connection, `nothing` leaves whoever asked waiting. */
export type InItsPlace = { readonly status: number; readonly body: string | object } | 'hang up' | 'nothing'

/** Elasticsearch's words while a shard is away. */
export const UNAVAILABLE: InItsPlace = { status: 503, body: { error: { type: 'unavailable_shards_exception', reason: 'by hand' }, status: 503 } }

export interface ProxyOptions {
  /** The server behind, by http or https. */
  readonly target: string
  /** For https: knows the authority. */
  readonly agent?: Agent
  /** Called before a request reaches the server, which waits for it; null lets it pass. */
  readonly before: (request: ProxiedRequest) => InItsPlace | null | Promise<InItsPlace | null>
  /** Called when the server has answered, before whoever asked learns of it. @default null */
  readonly after?: (request: ProxiedRequest) => InItsPlace | null | Promise<InItsPlace | null>
}

export interface Proxy {
  readonly url: string
  readonly port: number
  /** Breaks every connection there is. */
  breakConnections(): void
  close(): Promise<void>
}

/** Stands before a server, on a port of its own on loopback. */
export async function openProxy({ target, agent, before, after = () => null }: ProxyOptions): Promise<Proxy> {
  const { protocol, hostname, port: behind } = new URL(target)
  const ask = protocol === 'https:' ? askHttps : askHttp
  const server = createServer((incoming, response) => {
    void pass(incoming, response).catch(() => response.destroy())
  })

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const request = { method, path, body: body.toString('utf8') }
    const first = await before(request)
    if (first !== null) {
      say(first, response)
      return
    }
    const onward = ask({ hostname, port: behind, agent, method, path, headers: { ...headers, host: hostname } }, (answer) => {
      void Promise.resolve(after(request)).then((then) => {
        if (then !== null) {
          answer.resume()
          say(then, response)
          return
        }
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    onward.end(body)
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${String(port)}`,
    port,
    breakConnections: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

function say(what: InItsPlace, response: ServerResponse): void {
  if (what === 'nothing') return
  if (what === 'hang up') {
    response.destroy()
    return
  }
  const isText = typeof what.body === 'string'
  response.writeHead(what.status, { 'content-type': isText ? 'text/plain' : 'application/json' }).end(isText ? what.body : JSON.stringify(what.body))
}
