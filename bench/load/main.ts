import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { InvalidArgumentError, program } from 'commander'
import { benchLoad } from './bench-load.ts'
import { MOST_FEEDS } from './lists.ts'
import { loadTables } from './tables.ts'

interface Options {
  readonly feeds: number
  readonly members: number
  readonly logs: number
  readonly minutes: number
  readonly interval: number
  readonly everything: boolean
  readonly markdown: boolean
  readonly json: string
}

program
  .name('npm run bench:load --')
  .description('Runs many feeds on real servers and one worker while flow logs come in, and tells how late each feed finds its logs and what it costs.')
  .option('--feeds <n>', 'how many feeds', number(1, MOST_FEEDS), 1_000)
  .option('--members <n>', 'addresses of each', number(1, 2_000_000), 5_000)
  .option('--logs <n>', 'flow logs a second', number(1, 100_000), 1_000)
  .option('--minutes <n>', 'how long it is measured, once all feeds have their sets', number(0.1, 600), 10)
  .option('--interval <s>', 'seconds between two searches', number(10, 86_400), 60)
  .option('--everything', 'one feed more, which holds 0.0.0.0/0: an event for every log', false)
  .option('--markdown', 'tables in Markdown, as in docs/performance.md', false)
  .option('--json <file>', 'where all is written', join('.local', 'bench', 'load.json'))
  .action(run)

function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`A number from ${least} to ${most} is wanted.`)
    return value
  }
}

async function run({ feeds, members, logs, minutes, interval, everything, markdown, json }: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'threatfeed-bench-'))
  mkdirSync(dirname(json), { recursive: true })
  try {
    const result = await benchLoad({
      feeds,
      members,
      logsPerSecond: logs,
      measureMs: minutes * 60_000,
      intervalS: interval,
      everything,
      folder,
      logFile: `${json}.worker.log`,
      progress: (line) => console.error(line),
    })
    writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`)
    console.log(loadTables(result, markdown))
    console.error(`all figures: ${json}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await program.parseAsync()
