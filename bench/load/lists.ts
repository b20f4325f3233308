import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The feed that holds every address. */
export const EVERYTHING = 'everything'

export function feedName(number: number): string {
  return `feed-${number}`
}

/** The one address of a feed that logs hold: in 198.18.0.0/15, which is kept for benchmarks. */
export function listedAddress(feed: number): string {
  return `198.18.${feed >>> 8}.${feed & 255}`
}

/** A feed's list: its listed address, and others of 11.0.0.0/8 to 126.0.0.0/8 that no log holds; most of them are its own. */
function listOf(feed: number, members: number): string {
  const lines = [listedAddress(feed)]
  let state = (feed + 1) * 0x9e3779b1
  for (let at = 1; at < members; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    lines.push(`${11 + ((state >>> 24) % 116)}.${(state >>> 16) & 255}.${(state >>> 8) & 255}.${(at * 7) & 255}`)
  }
  return lines.join('\n')
}

export interface ListServer {
  url(name: string): string
  close(): Promise<void>
}

/** Serves `/feed-<n>` and `/everything`. */
export async function serveLists(members: number): Promise<ListServer> {
  const server = createServer((request, response) => {
    const number = Number(/^\/feed-(\d+)$/.exec(request.url ?? '')?.[1])
    response.end(Number.isNaN(number) ? '0.0.0.0/0\n' : listOf(number, members))
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
