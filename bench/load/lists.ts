import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The feed that holds every address. */
export const EVERYTHING = 'everything'
/** As many feeds as 198.18.0.0/15, which is kept for benchmarks, has addresses. */
export const MOST_FEEDS = 2 ** 17

export function feedName(number: number): string {
  return `feed-${number}`
}

/** The one address of a feed that logs hold, in 198.18.0.0/15. */
export function listedAddress(feed: number): string {
  return dotted(198 * 2 ** 24 + 18 * 2 ** 16 + feed)
}

/** Odd, so that numbers below a power of two stay distinct under it, and lie scattered. */
const SCATTER = 0x9e3779b1
/** 11.0.0.0 to 74.255.255.255: no log holds any of them. */
const FIRST = 11 * 2 ** 24
const RANGE = 2 ** 30

/** A feed's list: its listed address, and others that no log and, up to 2^30 in all, no other feed holds. */
export function listOf(feed: number, members: number): readonly string[] {
  const others = Array.from({ length: members - 1 }, (_, at) => dotted(FIRST + ((Math.imul(feed * members + at, SCATTER) >>> 0) % RANGE)))
  return [listedAddress(feed), ...others]
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((bits) => (address >>> bits) & 255).join('.')
}

export interface ListServer {
  url(name: string): string
  close(): Promise<void>
}

/** Serves `/feed-<n>` and `/everything`. */
export async function serveLists(members: number): Promise<ListServer> {
  const server = createServer((request, response) => {
    const number = /^\/feed-(\d+)$/.exec(request.url ?? '')?.[1]
    response.end(number === undefined ? '0.0.0.0/0\n' : `${listOf(Number(number), members).join('\n')}\n`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: (name) => `http://127.0.0.1:${port}/${name}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
