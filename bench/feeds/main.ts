import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { InvalidArgumentError, program } from 'commander'
import { verdictOf } from '../measure/goals.ts'
import { benchFeeds } from './bench-feeds.ts'
import { feedTables } from './tables.ts'

interface Options {
  readonly feeds: readonly number[]
  readonly interval: readonly number[]
  readonly minutes: number
  readonly events: number
  readonly markdown: boolean
  readonly json: string
}

program
  .name('npm run bench:feeds --')
  .description('Measures what running feeds cost a Temporal dev server and a worker, beside a bare timer and activity. Steps are played in the worker, 5 ms each.')
  .option('--feeds <n,...>', 'how many feeds', list(1, 100_000), [10, 100, 1_000])
  .option('--interval <s,...>', 'seconds between two searches', list(1, 86_400), [60, 300])
  .option('--minutes <n>', 'how long each shape is measured', number(0.05, 600), 5)
  .option('--events <n>', 'events after which a run continues as new', number(50, 40_000), 250)
  .option('--markdown', 'tables in Markdown, as in docs/performance.md', false)
  .option('--json <file>', 'where all is written', join('.local', 'bench', 'feeds.json'))
  .action(run)

function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`A number from ${least} to ${most} is wanted.`)
    return value
  }
}

function list(least: number, most: number): (text: string) => readonly number[] {
  return (text) => text.split(',').map(number(least, most)).map(Math.floor)
}

async function run({ feeds, interval, minutes, events, markdown, json }: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'threatfeed-bench-'))
  try {
    const bench = await benchFeeds({
      feeds,
      intervalsMs: interval.map((seconds) => seconds * 1000),
      measureMs: minutes * 60_000,
      continueAfterEvents: events,
      folder,
      progress: (line) => console.error(line),
    })
    mkdirSync(dirname(json), { recursive: true })
    writeFileSync(json, `${JSON.stringify({ ...bench, goals: bench.goals.map((goal) => ({ ...goal, verdict: verdictOf(goal) })) }, null, 2)}\n`)
    console.log(feedTables(bench, markdown))
    console.error(`all figures: ${json}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await program.parseAsync()
