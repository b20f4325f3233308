#!/usr/bin/env node
import { createRequire } from 'node:module'
import { addAbortSignal } from 'node:stream'
import { runCommand } from './command/program.ts'
import { readConfig, readLocalSettings } from './config.ts'
import { connect } from './connect.ts'
import { withLocalRanges } from './preview/http-settings.ts'

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort())

// Whoever read what is printed went away, such as `head`: there is nobody left to follow events for, and nothing to tell.
process.stdout.on('error', () => interrupted.abort())

process.exitCode = await runCommand(process.argv.slice(2), {
  async withClient(use) {
    const client = connect(readConfig(process.env, readLocalSettings()))
    try {
      return await use(client.feeds)
    } finally {
      await client.close()
    }
  },
  out: (text) => console.log(text),
  err: (text) => console.error(text),
  signal: interrupted.signal,
  version: packageVersion(),
  environment: withLocalRanges(process.env, readLocalSettings()),
  // An interrupt ends also what waits for a writer that says nothing.
  stdin: addAbortSignal(interrupted.signal, process.stdin),
})

/** From the sources and from dist/ alike. */
function packageVersion(): string {
  const load = createRequire(import.meta.url)
  for (const place of ['../package.json', '../../package.json']) {
    try {
      return (load(place) as { readonly version: string }).version
    } catch {
      // One level further up.
    }
  }
  return 'unknown'
}
