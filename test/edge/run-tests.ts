import { startTests, type Task, type VitestRunner } from '@vitest/runner'

/** One test as it ended on a runtime. */
export interface Outcome {
  readonly file: string
  /** With those of the groups around it. */
  readonly name: string
  /** Null when it passed. */
  readonly error: string | null
}

export interface Report {
  /** Which of Node's globals the runtime has. */
  readonly nodeGlobals: readonly string[]
  readonly outcomes: readonly Outcome[]
}

/** Test files, not loaded yet: some runtimes let a module do little while it loads. */
export type TestFiles = Readonly<Record<string, () => Promise<unknown>>>

/** Runs test files one after the other, wherever this is. Runs inside each runtime: web standards alone. */
export async function runTests(files: TestFiles): Promise<Report> {
  const runner: VitestRunner = {
    config: {
      root: '/',
      setupFiles: [],
      name: undefined,
      passWithNoTests: false,
      testNamePattern: undefined,
      allowOnly: false,
      sequence: { seed: 0, hooks: 'stack', setupFiles: 'list' },
      chaiConfig: undefined,
      maxConcurrency: 1,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      retry: 0,
      includeTaskLocation: false,
      tags: [],
      tagsFilter: undefined,
      strictTags: false,
    },
    importFile: (path) => files[path]?.(),
  }
  const ran = await startTests(Object.keys(files), runner)
  return {
    nodeGlobals: ['process', 'Buffer', 'require', 'global'].filter((name) => name in globalThis),
    outcomes: ran.flatMap((file) => outcomes(file, file.filepath, [])),
  }
}

/** A file or group that failed by itself, as one that could not be loaded, is an outcome too. */
function outcomes(task: Task, file: string, above: readonly string[]): readonly Outcome[] {
  const path = task.type === 'suite' && 'filepath' in task ? above : [...above, task.name]
  const name = path.join(' > ')
  const errors = task.result?.errors?.map(({ message }) => message) ?? []
  if (task.type === 'test') return [{ file, name, error: task.result?.state === 'pass' ? null : (errors[0] ?? `ended as ${task.result?.state ?? 'not run'}`) }]
  const own = errors.map((error): Outcome => ({ file, name: name || '(file)', error }))
  return [...own, ...task.tasks.flatMap((child) => outcomes(child, file, path))]
}
