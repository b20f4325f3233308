import { program } from 'commander'
import { countFrom, outputOptions, runBench, type OutputOptions } from '../measure/command.ts'
import { benchReceiver } from './bench-receiver.ts'
import { receiverTables } from './tables.ts'

interface Options extends OutputOptions {
  readonly lines: number
  readonly runs: number
}

const command = program
  .name('npm run bench:receiver --')
  .description('Measures pushes through the receiver on Node, Deno and workerd side by side; the store takes every document at once.')
  .option('--lines <n>', 'lines of each list, all different', countFrom(1, 2_000_000), 1_000_000)
  .option('--runs <n>', 'how often each runtime runs', countFrom(1, 1_000), 3)
  .action(run)
for (const option of outputOptions('receiver')) command.addOption(option)

async function run(options: Options): Promise<void> {
  const { lines, runs, markdown } = options
  await runBench(options, async (_, progress) => {
    const bench = await benchReceiver({ lines, runs, progress })
    return { figures: bench, tables: receiverTables(bench, markdown) }
  })
}

await program.parseAsync()
