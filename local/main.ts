import { join } from 'node:path'
import { program } from 'commander'
import { PACKAGE_ROOT } from './package-root.ts'
import { listServers, usableSettings } from './running/list-servers.ts'
import { leaveSettings, takeSettingsAway } from './running/settings-file.ts'
import { exportLines } from './running/settings.ts'
import { stopServers } from './running/stop-servers.ts'
import { startServers } from './servers.ts'

const interrupted = new AbortController()
const { signal } = interrupted
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)))

const report = (line: string): void => console.log(line)

program
  .name('npm run local --')
  .description('Temporal, a Kubernetes API server and Elasticsearch on this machine.')
  .option('--state <folder>', 'where their data, logs and pids are', join(PACKAGE_ROOT, '.local', 'servers'))
const stateDir = (): string => program.opts<{ state: string }>().state

program
  .command('up')
  .description('start what does not run yet, apply deploy/, and leave it running')
  .action(async () => {
    const { env } = await startServers({ stateDir: stateDir(), owned: false, report, signal })
    await leaveSettings(stateDir(), env)
    printStatus()
    console.log('ready; settings for a shell: eval "$(npm run --silent local -- env)"')
  })

program
  .command('down')
  .description('end the servers and delete their data')
  .option('--keep', 'keep their data for the next up', false)
  .action(async ({ keep }: { keep: boolean }) => {
    await takeSettingsAway(stateDir())
    await stopServers({ stateDir: stateDir(), keep, report, signal })
  })

program
  .command('status')
  .description('say what runs where; exit code 1 when something does not run')
  .action(() => {
    if (!printStatus()) process.exitCode = 1
  })

program
  .command('env')
  .description('print the settings that reach the servers, for eval')
  .action(() => {
    process.stdout.write(exportLines(usableSettings(stateDir())))
  })

function printStatus(): boolean {
  const servers = listServers(stateDir())
  for (const { name, state, address, processes } of servers) {
    const pids = processes.map((process) => `${process.name} ${process.pid}`).join(', ')
    console.log([`${name}: ${state}`, address, pids && `pid ${pids}`].filter(Boolean).join('  '))
  }
  return servers.every(({ state }) => state !== 'not running')
}

try {
  await program.parseAsync()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
