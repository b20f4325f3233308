import { join } from 'node:path'
import { disagreements, type Facts } from './agree.ts'
import { runProcess, type Program } from './run-process.ts'

/** What the output of a program says: what it found, and figures that it took of itself. */
export interface Outcome {
  readonly facts: Facts
  readonly figures: Figures
}

/** By name, with the unit at its end: `wallMs`, `peakMB`, `lookupNs`. */
export type Figures = Readonly<Record<string, number>>

export interface Contestant {
  readonly name: string
  readonly program: Program
  /** Reads the file that holds its standard output. */
  readonly outcomeOf: (output: string) => Outcome
}

/** A contestant that is not on this machine, and where it comes from. */
export interface Absent {
  readonly name: string
  readonly howToGet: string
}

export interface Contest {
  readonly title: string
  readonly contestants: readonly Contestant[]
  readonly absent: readonly Absent[]
}

export interface ContestResult {
  readonly title: string
  /** Of each contestant what it found, and the figures of each run. */
  readonly results: readonly { readonly name: string; readonly facts: Facts; readonly runs: readonly Figures[] }[]
  readonly absent: readonly Absent[]
}

export interface ContestOptions {
  readonly runs: number
  /** An existing folder for what the programs write. */
  readonly folder: string
}

/**
 * Runs the contestants in turns, so that what else the machine does falls on all alike; each turn begins with another one.
 * @throws Error that names the contestant which failed, or what they do not agree on.
 */
export async function runContest({ title, contestants, absent }: Contest, { runs, folder }: ContestOptions): Promise<ContestResult> {
  const results = contestants.map(({ name }) => ({ name, facts: {} as Facts, runs: [] as Figures[] }))
  for (let turn = 0; turn < runs; turn++) {
    for (let i = 0; i < contestants.length; i++) {
      const at = (turn + i) % contestants.length
      const contestant = contestants[at]
      const result = results[at]
      if (contestant === undefined || result === undefined) continue
      const { facts, figures } = await runOnce(contestant, title, join(folder, 'output'))
      result.facts = facts
      result.runs.push(figures)
    }
    const wrong = disagreements(results)
    if (wrong.length > 0) throw new Error(`${title}: ${wrong.join('; ')}`)
  }
  return { title, results, absent }
}

async function runOnce({ name, program, outcomeOf }: Contestant, title: string, output: string): Promise<Outcome> {
  try {
    const { wallMs, usage } = await runProcess(program, output)
    const { facts, figures } = outcomeOf(output)
    return { facts, figures: { wallMs, ...(usage === null ? {} : { cpuMs: usage.cpuMs, peakMB: usage.peakBytes / 1e6 }), ...figures } }
  } catch (error) {
    throw new Error(`${title}: ${name} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
