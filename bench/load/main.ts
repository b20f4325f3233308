import { program } from 'commander'
import { numberFrom, outputOptions, runBench, type OutputOptions } from '../measure/command.ts'
import { benchLoad } from './bench-load.ts'
import { MOST_FEEDS } from './lists.ts'
import { loadTables } from './tables.ts'

interface Options extends OutputOptions {
  readonly feeds: number
  readonly members: number
  readonly logs: number
  readonly minutes: number
  readonly interval: number
  readonly everything: boolean
}

const command = program
  .name('npm run bench:load --')
  .description('Runs many feeds on real servers and one worker while flow logs come in, and tells how late each feed finds its logs and what it costs.')
  .option('--feeds <n>', 'how many feeds', numberFrom(1, MOST_FEEDS), 1_000)
  .option('--members <n>', 'addresses of each', numberFrom(1, 2_000_000), 5_000)
  .option('--logs <n>', 'flow logs a second', numberFrom(1, 100_000), 1_000)
  .option('--minutes <n>', 'how long it is measured, once all feeds have their sets', numberFrom(0.1, 600), 10)
  .option('--interval <s>', 'seconds between two searches', numberFrom(10, 86_400), 60)
  .option('--everything', 'one feed more, which holds 0.0.0.0/0: an event for every log', false)
  .action(run)
for (const option of outputOptions('load')) command.addOption(option)

async function run(options: Options): Promise<void> {
  const { feeds, members, logs, minutes, interval, everything, markdown, json } = options
  await runBench(options, async (folder, progress) => {
    const figures = await benchLoad({
      feeds,
      members,
      logsPerSecond: logs,
      measureMs: minutes * 60_000,
      intervalS: interval,
      everything,
      folder,
      logFile: `${json}.worker.log`,
      progress,
    })
    return { figures, tables: loadTables(figures, markdown) }
  })
}

await program.parseAsync()
