import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'

export interface MoodyHost {
  /** Without a slash at its end. */
  readonly url: string
  /** From now on this file's requests are answered 500. */
  fail(file: string): void
  close(): Promise<void>
}

/** Serves the files of one folder on loopback, until it is told to fail. */
export async function startMoodyHost(folder: string): Promise<MoodyHost> {
  const failing = new Set<string>()
  const server = createServer((request, response) => {
    const file = basename(request.url ?? '/')
    if (failing.has(file)) {
      response.writeHead(500).end()
      return
    }
    readFile(join(folder, file)).then(
      (body) => response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(body),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ host: '127.0.0.1', port: 0 }, resolve))
  // The server is listening on TCP, so its address is one.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    fail: (file) => failing.add(file),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
