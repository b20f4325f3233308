import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { afterEach } from 'vitest'

export interface Seen {
  readonly method: string
  readonly path: string
  /** Flat, name and value in turn, as they came over the wire. */
  readonly headers: readonly string[]
}

export interface IllServer {
  readonly url: string
  readonly port: number
  readonly seen: readonly Seen[]
  /** Resolves when no connection is open any more. */
  readonly idle: () => Promise<void>
}

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

/** A feed's web server that answers as the test wants, on 127.0.0.1. */
export async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<IllServer> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.rawHeaders })
    handler(request, response)
  })
  return listen(server, seen)
}

/** The same one layer below HTTP: bytes in, bytes out. */
export async function serveBytes(handler: (socket: Socket) => void): Promise<IllServer> {
  return listen(
    createTcpServer((socket) => {
      // A socket that nobody reads does not notice its other end closing.
      socket.resume()
      handler(socket)
    }),
    [],
  )
}

export async function listen(server: Server | ReturnType<typeof createTcpServer>, seen: readonly Seen[]): Promise<IllServer> {
  const sockets = new Set<Socket>()
  let wake: () => void = () => undefined
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      wake()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => {
          resolve()
        })
      }),
  )
  const { port } = server.address() as AddressInfo
  const idle = async () => {
    while (sockets.size > 0) await new Promise<void>((resolve) => (wake = resolve))
  }
  return { url: `http://127.0.0.1:${port}`, port, seen, idle }
}

export function valuesOf(seen: Seen | undefined, name: string): readonly string[] {
  const headers = seen?.headers ?? []
  return headers.filter((_, at) => at % 2 === 1 && headers[at - 1]?.toLowerCase() === name.toLowerCase())
}
