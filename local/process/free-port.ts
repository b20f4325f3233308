import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ports that systems give to outgoing connections (32768 up on Linux, 49152 up elsewhere). A port that the system
 * picks by itself lies among those: while its server is down, a client that keeps dialling it on loopback can be given that very
 * port as its own, connects to itself, and the server cannot come back.
 */
const LOWEST = 15_000
const HIGHEST = 32_000
/** With a tenth of the range in use, this many misses in a row happen once in 10^20. */
const TRIES = 20

/** Ports on loopback that were free a moment ago, all different. Whoever binds them must be ready for one that is taken since. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>()
  for (let tries = 0; ports.size < count; tries++) {
    if (tries >= TRIES * count) throw new Error(`no free port between ${LOWEST} and ${HIGHEST}`)
    const port = randomInt(LOWEST, HIGHEST)
    if (!ports.has(port) && (await isFree(port))) ports.add(port)
  }
  return [...ports]
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
