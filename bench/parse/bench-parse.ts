import { type Contest, type ContestResult, runContest } from '../measure/contest.ts'
import type { Goal } from '../measure/goals.ts'
import { type Machine, thisMachine } from '../measure/machine.ts'
import { addressContest, heldContest, nameContest } from './contestants.ts'
import { parseGoals } from './goals.ts'
import { generatedInputs, publishedInputs, type Sizes } from './inputs.ts'
import { findTools } from './tools.ts'

export interface ParseOptions {
  readonly sizes: Sizes
  readonly runs: number
  /** A folder of our own for lists, compiled rivals and outputs; whoever made it removes it. */
  readonly folder: string
  /** A folder that may hold published lists. */
  readonly feeds: string
  readonly progress: (line: string) => void
}

export interface ParseBench {
  readonly machine: Machine
  readonly sizes: Sizes
  readonly runs: number
  readonly parsing: readonly ContestResult[]
  readonly holding: readonly ContestResult[]
  readonly goals: readonly Goal[]
}

/** Measures parsing and holding sets side by side with the rivals. @throws Error when one fails, or they do not agree. */
export async function benchParse({ sizes, runs, folder, feeds, progress }: ParseOptions): Promise<ParseBench> {
  const machine = thisMachine()
  progress('making lists and compiling rivals')
  const generated = generatedInputs(folder, sizes)
  const tools = findTools(folder)

  const run = async (contest: Contest): Promise<ContestResult> => {
    progress(`${contest.title}: ${contest.contestants.length} contestants, turns: ${runs}`)
    return runContest(contest, { runs, folder })
  }
  const published = publishedInputs(folder, feeds)
  if (published.length === 0) progress(`no published lists in ${feeds}; FEEDS_DIR may name a folder that holds some`)
  const contests = [...generated.map(({ list }) => list), ...published].map((input) =>
    input.content === 'IPSet' ? addressContest(input, tools) : nameContest(input, tools),
  )
  const parsing: ContestResult[] = []
  for (const contest of contests) parsing.push(await run(contest))
  const holding: ContestResult[] = []
  for (const input of generated) holding.push(await run(heldContest(input)))

  const [addresses, names] = parsing
  const [heldAddresses, heldNames] = holding
  const goals = parseGoals({ addresses, names, heldAddresses, heldNames })
  return { machine, sizes, runs, parsing, holding, goals }
}
