import { receiver } from './app.ts'
import { readReceiverSettings } from './settings.ts'

/** As much of it as is used here. */
declare const Deno: { readonly env: { get(name: string): string | undefined } }

/** Each variable by its name, when it is asked for: so Deno need allow no others. */
const environment = new Proxy<Record<string, string | undefined>>({}, { get: (_, name) => (typeof name === 'string' ? Deno.env.get(name) : undefined) })

const read = readReceiverSettings(environment)
if (!read.ok) throw new Error(`the settings are wrong: ${read.problems.join('; ')}`)
const app = receiver(read.settings, { log: (line) => console.error(line) })

/** The receiver as `deno serve` and Deno Deploy take it. */
export default {
  fetch: (request: Request): Response | Promise<Response> => app.fetch(request),
}
