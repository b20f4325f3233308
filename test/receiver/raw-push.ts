import { request } from 'node:http'
import { TOKEN } from './ground.ts'

export interface RawAnswer {
  /** null where the connection was broken before there was one. */
  readonly status: number | null
  readonly code: string | null
  /** Bytes of the body that were taken off our hands. */
  readonly sent: number
}

export interface RawPush {
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: string
  /** @default 'addresses' */
  readonly feed?: string
  /** Sent as fast as it is taken, until there is an answer or the connection breaks. */
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  /** What is done once all was sent: the end of the request, a broken connection, or nothing. @default 'end' */
  readonly then?: 'end' | 'break' | 'wait'
}

/** Pushes as a client that does not behave may, and tells how it was answered. */
export function rawPush(url: string, { headers = {}, query = '', feed = 'addresses', body, then = 'end' }: RawPush): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let sent = 0
    let answered = false
    let goOn = (): void => undefined
    const asked = request(`${url}/feeds/${feed}/set${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'text/plain', ...headers },
      agent: false,
    })
    const done = (status: number | null, code: string | null): void => {
      answered = true
      asked.destroy()
      resolve({ status, code, sent })
    }
    asked.on('error', () => done(null, null))
    asked.on('drain', () => goOn())
    asked.on('close', () => goOn())
    asked.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('error', () => done(response.statusCode ?? null, null))
      response.on('end', () => done(response.statusCode ?? null, /urn:threatfeed:problem:([a-z-]+)/.exec(text)?.[1] ?? null))
    })
    asked.flushHeaders()
    void (async () => {
      for await (const piece of body) {
        if (answered) return
        // Taken: what the system holds for the connection is no more than a few MB.
        if (!asked.write(piece)) await new Promise<void>((resolve) => (goOn = resolve))
        sent += piece.length
      }
      if (then === 'break') setTimeout(() => done(null, null), 300)
      else if (then === 'end') asked.end()
    })()
  })
}
