import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesNaming, PROJECTS, projectOf } from './find-tests.ts'
import type { Project } from './find-tests.ts'
import type { Patch } from './patches.ts'
import { node, runTests } from './run-tests.ts'
import type { Failure, Ran } from './run-tests.ts'
import type { Scratch } from './scratch.ts'

export interface Red extends Failure {
  readonly project: Project
  readonly id: string
}

export type Outcome =
  | { readonly kind: 'red'; readonly red: Red }
  /** No test that names the rule saw it; `notes` tells what failed without counting. */
  | { readonly kind: 'survived'; readonly tests: number; readonly notes: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string }

export interface Surroundings {
  readonly scratch: Scratch
  /** The addresses of real servers, started when they are first asked for. */
  servers(): Promise<Readonly<Record<string, string>>>
  /** Ends them: what a test that failed has left there must not make the next one fail. */
  endServers(): Promise<void>
  readonly signal: AbortSignal
}

/** Puts a defect in, asks the tests that name its rule, the cheapest first, until one turns red, and takes it out. */
export async function tryPatch(patch: Patch, surroundings: Surroundings): Promise<Outcome> {
  const { scratch } = surroundings
  const naming = filesNaming(patch.id, scratch.folder)
  const strangers = patch.seenBy.filter((file) => !naming.includes(file))
  if (strangers.length > 0) return { kind: 'refused', why: `${strangers.join(' and ')} does not name ${patch.id}` }
  const undo = scratch.apply(patch)
  if (typeof undo === 'string') return { kind: 'refused', why: undo }
  try {
    return await ask(patch, patch.seenBy.length > 0 ? patch.seenBy : naming, surroundings)
  } finally {
    undo()
  }
}

/** Tests of everything together: feeds, logs and runs that one leaves behind are seen by the next. */
const WHOLE = 'test/end-to-end/'

async function ask({ id }: Patch, files: readonly string[], surroundings: Surroundings): Promise<Outcome> {
  let tests = 0
  const notes: string[] = []
  for (const project of PROJECTS) {
    const some = files.filter((file) => projectOf(file) === project)
    if (some.length === 0) continue
    const ran = await run({ project, files: some, pattern: `\\b${id}\\b`, bail: true }, surroundings)
    const red = ran.failures.find((failure) => counts(failure, id))
    if (red?.file.startsWith(WHOLE)) await surroundings.endServers()
    if (red !== undefined) return { kind: 'red', red: { ...red, project, id } }
    tests += ran.passed.length
    notes.push(...ran.broken, ...ran.failures.map(({ file, why }) => `${file}: ${why}`))
  }
  return { kind: 'survived', tests, notes }
}

/** Code that cannot run, and a server that did not start. */
const NEVER_RAN = /^(ReferenceError|SyntaxError)\b|^Error: Failed to start ephemeral server\b/

/** A test sees a defect by its assertion or by its timeout; one that never ran sees nothing. */
export function counts({ test, why }: Failure, id: string): boolean {
  return new RegExp(`\\b${id}\\b`).test(test) && !NEVER_RAN.test(why)
}

/** Those of the tests that saw a defect which do not pass without it, each with why. They run with the tests that they ran with before. */
export async function redWithoutDefect(reds: readonly Red[], surroundings: Surroundings): Promise<string[]> {
  const faults: string[] = []
  await surroundings.endServers()
  for (const project of PROJECTS) {
    const some = reds.filter((red) => red.project === project)
    if (some.length === 0) continue
    const files = [...new Set(some.map(({ file }) => file))]
    const ids = [...new Set(some.map(({ id }) => id))]
    const ran = await run({ project, files, pattern: `\\b(${ids.join('|')})\\b`, bail: false }, surroundings)
    const passed = new Set(ran.passed.map(({ file, test }) => `${file} ${test}`))
    for (const name of new Set(some.map(({ file, test }) => `${file} ${test}`))) {
      const failure = ran.failures.find(({ file, test }) => `${file} ${test}` === name)
      if (!passed.has(name)) faults.push(`${name}: ${failure?.why ?? 'did not run'}`)
    }
  }
  return faults
}

interface Wanted {
  readonly project: Project
  readonly files: readonly string[]
  readonly pattern: string
  readonly bail: boolean
}

async function run(wanted: Wanted, { scratch: { folder }, servers, signal }: Surroundings): Promise<Ran> {
  const served = wanted.files.some((file) => /\bdist\//.test(readFileSync(join(folder, file), 'utf8')))
  if (served) await node(['scripts/build.mjs'], { folder, signal })
  const environment = wanted.project === 'integration' ? await servers() : {}
  return runTests({ ...wanted, folder, environment, signal })
}
