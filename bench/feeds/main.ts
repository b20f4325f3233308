import { program } from 'commander'
import { numberFrom, outputOptions, runBench, type OutputOptions } from '../measure/command.ts'
import { verdictOf } from '../measure/goals.ts'
import { benchFeeds } from './bench-feeds.ts'
import { feedTables } from './tables.ts'

interface Options extends OutputOptions {
  readonly feeds: readonly number[]
  readonly interval: readonly number[]
  readonly minutes: number
  readonly events: number
}

const command = program
  .name('npm run bench:feeds --')
  .description('Measures what running feeds cost a Temporal dev server and a worker, beside a bare timer and activity. Steps are played in the worker, 5 ms each.')
  .option('--feeds <n,...>', 'how many feeds', list(1, 100_000), [10, 100, 1_000])
  .option('--interval <s,...>', 'seconds between two searches', list(1, 86_400), [60, 300])
  .option('--minutes <n>', 'how long each shape is measured', numberFrom(0.05, 600), 5)
  .option('--events <n>', 'events after which a run continues as new', numberFrom(50, 40_000), 250)
  .action(run)
for (const option of outputOptions('feeds')) command.addOption(option)

function list(least: number, most: number): (text: string) => readonly number[] {
  return (text) => text.split(',').map(numberFrom(least, most)).map(Math.floor)
}

async function run(options: Options): Promise<void> {
  const { feeds, interval, minutes, events, markdown } = options
  await runBench(options, async (folder, progress) => {
    const intervalsMs = interval.map((seconds) => seconds * 1000)
    const bench = await benchFeeds({ feeds, intervalsMs, measureMs: minutes * 60_000, continueAfterEvents: events, folder, progress })
    return { figures: { ...bench, goals: bench.goals.map((goal) => ({ ...goal, verdict: verdictOf(goal) })) }, tables: feedTables(bench, markdown) }
  })
}

await program.parseAsync()
