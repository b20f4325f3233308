import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpRelay {
  readonly port: number
  /** Ends every connection there is; new ones are passed on as before. */
  breakConnections(): void
  close(): Promise<void>
}

/** Passes connections on, as they are, from a port of its own on loopback to another one there. */
export async function openTcpRelay(target: number): Promise<TcpRelay> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    const onward = connect(target, '127.0.0.1')
    for (const [one, other] of [[socket, onward], [onward, socket]] as const) {
      open.add(one)
      one.pipe(other)
      one.on('error', () => undefined)
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const breakConnections = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    breakConnections,
    close() {
      breakConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
