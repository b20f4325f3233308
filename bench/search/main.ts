import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { InvalidArgumentError, Option, program } from 'commander'
import { benchSearch, type Part, PARTS } from './bench-search.ts'
import { goalRow, searchGoals } from './goals.ts'
import { searchTables } from './tables.ts'

const SIZES = { quick: { flows: 100_000, queries: 50_000 }, full: { flows: 2_000_000, queries: 1_000_000 } } as const

interface Options {
  readonly size: keyof typeof SIZES
  readonly flows?: number
  readonly queries?: number
  readonly data?: string
  readonly only: readonly Part[]
  readonly markdown: boolean
  readonly json: string
}

program
  .name('npm run bench:search --')
  .description('Measures searching beside lists of terms, on an Elasticsearch of its own (2 GB of heap) with generated logs; all ways must find the same logs.')
  .addOption(new Option('--size <size>', 'quick: 100,000 flow and 50,000 DNS logs, some minutes; full: 2,000,000 and 1,000,000').choices(Object.keys(SIZES)).default('quick'))
  .option('--flows <n>', 'flow logs, in place of those of the size', count)
  .option('--queries <n>', 'DNS logs, in place of those of the size', count)
  .option('--data <folder>', "where Elasticsearch's data is kept for the next run with as many logs (otherwise it goes with the run)")
  .option('--only <parts>', `of ${PARTS.join(', ')}, separated by commas`, parts, PARTS)
  .option('--markdown', 'tables in Markdown, as in docs/performance.md', false)
  .option('--json <file>', 'where all figures are written', join('.local', 'bench', 'search.json'))
  .action(run)

function count(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 10_000 || value > 100_000_000) throw new InvalidArgumentError('A whole number from 10000 on is wanted.')
  return value
}

function parts(text: string): readonly Part[] {
  return text.split(',').map((name) => {
    const part = PARTS.find((known) => known === name)
    if (part === undefined) throw new InvalidArgumentError(`"${name}" is no part; there are ${PARTS.join(', ')}.`)
    return part
  })
}

async function run({ size, flows, queries, data, only, markdown, json }: Options): Promise<void> {
  const own = data === undefined ? mkdtempSync(join(tmpdir(), 'threatfeed-bench-')) : null
  const counts = { flow: flows ?? SIZES[size].flows, dns: queries ?? SIZES[size].queries }
  try {
    const bench = await benchSearch({ counts, parts: only, folder: data ?? own ?? '', progress: (line) => console.error(line) })
    mkdirSync(dirname(json), { recursive: true })
    writeFileSync(json, `${JSON.stringify({ ...bench, goals: searchGoals(bench).map(goalRow) }, null, 2)}\n`)
    console.log(searchTables(bench, markdown))
    console.error(`all figures: ${json}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  } finally {
    if (own !== null) rmSync(own, { recursive: true, force: true })
  }
}

await program.parseAsync()
