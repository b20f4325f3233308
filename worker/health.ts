import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HealthCheck {
  readonly name: string
  readonly ok: boolean
  readonly message: string
}

export interface HealthServer {
  /** `http://127.0.0.1:<port>` with the port that was found. */
  readonly url: string
  close(): Promise<void>
}

export interface HealthSource {
  /** Whether restarting the process would help nothing. */
  live(): readonly HealthCheck[]
  /** Whether steps are being run. */
  ready(): readonly HealthCheck[]
}

/** A probe sends 200 bytes and is answered at once: what is slower is not one. */
const REQUEST_MS = 5_000

/** `/livez` and `/readyz`, each 200 or 503 with its checks as JSON. Open to the pod's network; tells no secrets. */
export async function serveHealth(port: number, source: HealthSource): Promise<HealthServer> {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) => {
    const path = request.url?.split('?')[0]
    const checks = path === '/livez' ? source.live() : path === '/readyz' ? source.ready() : null
    request.resume()
    if (checks === null) {
      response.writeHead(404).end()
      return
    }
    const ok = checks.every((check) => check.ok)
    response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    response.end(`${JSON.stringify({ ok, checks })}\n`)
  })
  await listen(server, port)
  const { port: found } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${found}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
