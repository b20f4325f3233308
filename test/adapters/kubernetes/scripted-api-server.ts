import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { ApiServer } from '../../../adapters/kubernetes/api-server.ts'

export type Answer = (request: { readonly path: string; readonly query: URLSearchParams; readonly message: IncomingMessage }, response: ServerResponse) => void

export interface ScriptedApiServer {
  readonly server: ApiServer
  close(): Promise<void>
}

/** An API server that does what real ones do rarely: expired versions, broken streams, endless answers. */
export async function scriptedApiServer(answer: Answer): Promise<ScriptedApiServer> {
  const http = createServer((message, response) => {
    const { pathname, searchParams } = new URL(message.url ?? '/', 'http://host')
    answer({ path: pathname, query: searchParams, message }, response)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const config = new KubeConfig()
  // The client takes http only so.
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  config.loadFromClusterAndUser({ name: 'c', server: url, skipTLSVerify: true }, { name: 'u', token: 'canary-token' })
  return {
    server: new ApiServer(config),
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
