import { connect } from 'node:net'
import type { ServerAddresses, ServerName } from '../server.ts'

const TIMEOUT_MS = 5_000
const PORT_OF: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

/** @throws when nothing listens at an address that the environment gave. */
export async function reach(name: ServerName, variable: string, addresses: Partial<ServerAddresses>): Promise<void> {
  const url = new URL(addressOf(addresses))
  const port = Number(url.port) || PORT_OF[url.protocol] || 0
  const host = url.hostname.replace(/^\[|\]$/g, '')
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS })
    const fail = (reason: string): void => {
      socket.destroy()
      reject(new Error(`${variable} is set, and nothing answers at ${host}:${port} (${reason}): start that server, or unset ${variable} to have ${name} started here`))
    }
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
    socket.once('timeout', () => fail('timeout'))
    socket.once('error', (error) => fail(error.message))
  })
}

function addressOf({ temporal, kubernetes, elasticsearch }: Partial<ServerAddresses>): string {
  return temporal ? `tcp://${temporal.address}` : (kubernetes?.url ?? elasticsearch?.url ?? '')
}
