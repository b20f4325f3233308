import { resolve } from 'node:path'
import { program } from 'commander'
import { countFrom, outputOptions, runBench, type OutputOptions } from '../measure/command.ts'
import { verdictOf } from '../measure/goals.ts'
import { benchParse } from './bench-parse.ts'
import { parseTables } from './tables.ts'

interface Options extends OutputOptions {
  readonly runs: number
  readonly addresses: number
  readonly names: number
}

/** No set holds more than 2,000,000 members (contract N-06), and as many values again are generated that are none. */
const count = countFrom(1, 2_000_000)

const command = program
  .name('npm run bench:parse --')
  .description('Measures parsing and holding sets side by side with iprange, Go programs, sort and plain JavaScript; all must find the same.')
  .option('--runs <n>', 'how often each contestant runs', count, 5)
  .option('--addresses <n>', 'addresses of the generated list', count, 1_200_000)
  .option('--names <n>', 'names of the generated list', count, 1_200_000)
  .action(run)
for (const option of outputOptions('parse')) command.addOption(option)

async function run(options: Options): Promise<void> {
  const { runs, addresses, names, markdown } = options
  await runBench(options, async (folder, progress) => {
    const feeds = resolve(process.env['FEEDS_DIR'] ?? '../shared/feeds')
    const bench = await benchParse({ sizes: { addresses, names }, runs, folder, feeds, progress })
    return { figures: { ...bench, goals: bench.goals.map((goal) => ({ ...goal, verdict: verdictOf(goal) })) }, tables: parseTables(bench, markdown) }
  })
}

await program.parseAsync()
