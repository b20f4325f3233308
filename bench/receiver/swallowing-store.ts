import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands for an Elasticsearch that takes every document at once, so that what is measured is the receiver. */
export interface SwallowingStore {
  readonly url: string
  /** Bytes of the last document. */
  readonly taken: () => number
  readonly close: () => Promise<void>
}

export async function openSwallowingStore(): Promise<SwallowingStore> {
  let taken = 0
  const server = createServer((request, response) => {
    let bytes = 0
    request.on('data', (piece: Buffer) => (bytes += piece.length))
    request.on('end', () => {
      const write = request.method === 'PUT'
      if (write) taken = bytes
      response.writeHead(write ? 201 : 404, { 'content-type': 'application/json' }).end(write ? '{}' : '{"found":false}')
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: () => taken,
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
