import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'

/** Where a bench puts what it measured. */
export interface OutputOptions {
  readonly markdown: boolean
  readonly json: string
}

/** Options of every bench; `name` is that of its file. */
export function outputOptions(name: string): readonly Option[] {
  return [
    new Option('--markdown', 'tables in Markdown, as in docs/performance.md').default(false),
    new Option('--json <file>', 'where all figures are written').default(join('.local', 'bench', `${name}.json`)),
  ]
}

/** Reads an option that is a number. */
export function numberFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`A number from ${least} to ${most} is wanted.`)
    return value
  }
}

/** Reads an option that is a count. */
export function countFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!Number.isSafeInteger(value) || value < least || value > most) throw new InvalidArgumentError(`A whole number from ${least} to ${most} is wanted.`)
    return value
  }
}

export interface Measured {
  /** All of it, for the file. */
  readonly figures: object
  /** What is shown. */
  readonly tables: string
}

/** Measures in a folder that goes with the run, however it ends, shows the tables and writes the file. A failure is told, and the process ends with 1. */
export async function runBench({ json }: OutputOptions, measure: (folder: string, progress: (line: string) => void) => Promise<Measured>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'threatfeed-bench-'))
  mkdirSync(dirname(json), { recursive: true })
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
    process.once(signal, () => {
      remove()
      process.exit(code)
    })
  }
  try {
    const { figures, tables } = await measure(folder, say)
    writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`)
    process.stdout.write(`${tables}\n`)
    say(`all figures: ${json}`)
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  } finally {
    remove()
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
