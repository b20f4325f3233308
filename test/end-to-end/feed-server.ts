import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A feed's host on this machine: each path answers as a test says, and every request is remembered. */
export interface FeedServer {
  readonly origin: string
  /** `path?query` of each request so far, in order. */
  readonly asked: string[]
  answer(path: string, answer: Answer | string): void
  /** Requests for a path. */
  count(path: string): number
  close(): Promise<void>
}

export async function openFeedServer(): Promise<FeedServer> {
  const answers = new Map<string, Answer>()
  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    asked.push(url)
    const answer = answers.get(url.split('?')[0] ?? '')
    if (answer !== undefined) answer(request, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    answer(path, answer) {
      answers.set(path, typeof answer === 'string' ? (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(answer) : answer)
    },
    count: (path) => asked.filter((url) => url.split('?')[0] === path).length,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
