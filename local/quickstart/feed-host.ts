import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export interface FeedHost {
  /** Without a slash at its end. */
  readonly url: string
  close(): Promise<void>
}

/** Serves the files of one folder, by their names alone, on a free port of loopback. */
export async function startFeedHost(folder: string, served: (file: string) => void): Promise<FeedHost> {
  const files = new Set(await readdir(folder))
  const server = createServer((request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?')
    const file = path.slice(1)
    if (!files.has(file)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('no such feed\n')
      return
    }
    served(file)
    response.writeHead(200, { 'content-type': file.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8' })
    createReadStream(join(folder, file)).on('error', () => response.destroy()).pipe(response)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ host: '127.0.0.1', port: 0 }, resolve))
  // The server is listening on TCP, so its address is one.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
