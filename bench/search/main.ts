import { InvalidArgumentError, Option, program } from 'commander'
import { countFrom, outputOptions, runBench, type OutputOptions } from '../measure/command.ts'
import { benchSearch, type Part, PARTS } from './bench-search.ts'
import { goalRow, searchGoals } from './goals.ts'
import { searchTables } from './tables.ts'

const SIZES = { quick: { flows: 100_000, queries: 50_000 }, full: { flows: 2_000_000, queries: 1_000_000 } } as const

interface Options extends OutputOptions {
  readonly size: keyof typeof SIZES
  readonly flows?: number
  readonly queries?: number
  readonly data?: string
  readonly only: readonly Part[]
}

const count = countFrom(10_000, 100_000_000)

const command = program
  .name('npm run bench:search --')
  .description('Measures searching beside lists of terms, on an Elasticsearch of its own (2 GB of heap) with generated logs; all ways must find the same logs.')
  .addOption(new Option('--size <size>', 'quick: 100,000 flow and 50,000 DNS logs, some minutes; full: 2,000,000 and 1,000,000').choices(Object.keys(SIZES)).default('quick'))
  .option('--flows <n>', 'flow logs, in place of those of the size', count)
  .option('--queries <n>', 'DNS logs, in place of those of the size', count)
  .option('--data <folder>', "where Elasticsearch's data is kept for the next run with as many logs (otherwise it goes with the run)")
  .option('--only <parts>', `of ${PARTS.join(', ')}, separated by commas`, parts, PARTS)
  .action(run)
for (const option of outputOptions('search')) command.addOption(option)

function parts(text: string): readonly Part[] {
  return text.split(',').map((name) => {
    const part = PARTS.find((known) => known === name)
    if (part === undefined) throw new InvalidArgumentError(`"${name}" is no part; there are ${PARTS.join(', ')}.`)
    return part
  })
}

async function run(options: Options): Promise<void> {
  const { size, flows, queries, data, only, markdown } = options
  const counts = { flow: flows ?? SIZES[size].flows, dns: queries ?? SIZES[size].queries }
  await runBench(options, async (folder, progress) => {
    const bench = await benchSearch({ counts, parts: only, folder: data ?? folder, progress })
    return { figures: { ...bench, goals: searchGoals(bench).map(goalRow) }, tables: searchTables(bench, markdown) }
  })
}

await program.parseAsync()
