import { join, resolve } from 'node:path'
import { program } from 'commander'
import { PACKAGE_ROOT } from '../package-root.ts'
import { takeImages } from './take-images.ts'

program
  .name('npm run images --')
  .description('Writes images of the Temporal UI and texts of the commands, made on servers of its own; needs a Chromium (CHROMIUM, or `chromium` on the PATH).')
  .option('--folder <folder>', 'where they are written', join(PACKAGE_ROOT, 'docs', 'images'))
  .action(run)

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)))

async function run({ folder }: { readonly folder: string }): Promise<void> {
  try {
    await takeImages({ folder: resolve(folder), report: (line) => console.log(line), signal: interrupted.signal })
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}

await program.parseAsync()
