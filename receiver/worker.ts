import type { Hono } from 'hono'
import { receiver } from './app.ts'
import { Problem } from './problem.ts'
import { readReceiverSettings } from './settings.ts'

/** Variables and secrets that the platform binds; what is none of those is no text. */
type Bindings = Readonly<Record<string, unknown>>

let app: Hono | undefined

/** Bindings come with requests, and stay the same while an isolate lives. */
function appOf(bindings: Bindings): Hono | null {
  if (app !== undefined) return app
  const texts = Object.entries(bindings).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []))
  const read = readReceiverSettings(Object.fromEntries(texts))
  if (!read.ok) for (const problem of read.problems) console.error(problem)
  app = read.ok ? receiver(read.settings, { log: (line) => console.error(line) }) : undefined
  return app ?? null
}

/** The receiver as a worker of Cloudflare, or of workerd. */
export default {
  async fetch(request: Request, bindings: Bindings): Promise<Response> {
    return appOf(bindings)?.fetch(request) ?? misconfigured()
  },
}

function misconfigured(): Response {
  return new Problem('misconfigured', 'nothing is received until they are right; the log of the receiver says which are wrong').response()
}
