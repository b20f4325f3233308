import { join, resolve } from 'node:path'
import { program } from 'commander'
import { PACKAGE_ROOT } from '../package-root.ts'
import { serversElsewhere } from './given-servers.ts'
import { quickstart } from './quickstart.ts'

interface Options {
  readonly once: boolean
  readonly stateDir: string
  readonly anywhere: boolean
}

program
  .name('npm run quickstart --')
  .description('Brings up servers, a worker, four feeds and sample logs, and tells the security events they lead to. Ends with Ctrl-C.')
  .option('--once', 'end after the expected events: exit code 0, or 1 with what did not come', false)
  .option('--state-dir <folder>', "where the servers' data and logs are", join(PACKAGE_ROOT, '.local', 'servers'))
  .option('--anywhere', 'use servers beyond this machine that the environment names', false)
  .action(run)

const interrupted = new AbortController()
// A shell's Ctrl-C reaches npm and this process, and npm hands it on: the second one is no second wish.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort())

async function run({ once, stateDir, anywhere }: Options): Promise<void> {
  const elsewhere = anywhere ? [] : serversElsewhere(process.env)
  if (elsewhere.length > 0) {
    console.error(`${elsewhere.join(', ')} names a server beyond this machine. The quickstart makes example feeds and logs: unset it, or say --anywhere.`)
    process.exitCode = 2
    return
  }
  try {
    await quickstart({ stateDir: resolve(stateDir), once, report: (line) => console.log(line), signal: interrupted.signal })
  } catch (error) {
    // Ending on request is what Ctrl-C is for; with --once the events were still owed.
    if (interrupted.signal.aborted && !once) return
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}

await program.parseAsync()
