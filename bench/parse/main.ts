import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { InvalidArgumentError, program } from 'commander'
import { verdictOf } from '../measure/goals.ts'
import { benchParse } from './bench-parse.ts'
import { parseTables } from './tables.ts'

interface Options {
  readonly runs: number
  readonly addresses: number
  readonly names: number
  readonly markdown: boolean
  readonly json: string
}

program
  .name('npm run bench:parse --')
  .description('Measures parsing and holding sets side by side with iprange, Go programs, sort and plain JavaScript; all must find the same.')
  .option('--runs <n>', 'how often each contestant runs', count, 5)
  .option('--addresses <n>', 'addresses of the generated list', count, 1_200_000)
  .option('--names <n>', 'names of the generated list', count, 1_200_000)
  .option('--markdown', 'tables in Markdown, as in docs/performance.md', false)
  .option('--json <file>', 'where all runs are written', join('.local', 'bench', 'parse.json'))
  .action(run)

/** No set holds more than 2,000,000 members (contract N-06), and as many values again are generated that are none. */
function count(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1 || value > 2_000_000) throw new InvalidArgumentError('A whole number from 1 to 2000000 is wanted.')
  return value
}

async function run({ runs, addresses, names, markdown, json }: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'threatfeed-bench-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
    process.once(signal, () => {
      remove()
      process.exit(code)
    })
  }
  try {
    const feeds = resolve(process.env['FEEDS_DIR'] ?? '../shared/feeds')
    const bench = await benchParse({ sizes: { addresses, names }, runs, folder, feeds, progress: (line) => console.error(line) })
    mkdirSync(dirname(json), { recursive: true })
    writeFileSync(json, `${JSON.stringify({ ...bench, goals: bench.goals.map((goal) => ({ ...goal, verdict: verdictOf(goal) })) }, null, 2)}\n`)
    console.log(parseTables(bench, markdown))
    console.error(`all runs: ${json}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  } finally {
    remove()
  }
}

await program.parseAsync()
