import { serve } from '@hono/node-server'
import { receiver } from './app.ts'
import { requestTimeout } from './limits.ts'
import { readReceiverSettings } from './settings.ts'

/** The receiver as a process of Node: settings from the environment, ends with what it has begun when it is asked to. */
const read = readReceiverSettings(process.env)
if (read.ok) {
  const app = receiver(read.settings, { log: (line) => console.error(line) })
  const { port, limits } = read.settings
  const server = serve({ fetch: app.fetch, port, serverOptions: { requestTimeout: requestTimeout(limits) } }, (listening) => console.log(`listening on port ${listening.port}`))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close())
} else {
  for (const problem of read.problems) console.error(problem)
  process.exitCode = 2
}
