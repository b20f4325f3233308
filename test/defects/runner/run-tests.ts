import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from './find-tests.ts'

export interface Order {
  readonly folder: string
  readonly project: Project
  readonly files: readonly string[]
  /** Matched against a test's whole name. */
  readonly pattern: string
  /** Stop at the first test that fails. */
  readonly bail: boolean
  readonly environment?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export interface Test {
  readonly file: string
  /** Its name, after the names of what it stands in. */
  readonly test: string
}

export interface Failure extends Test {
  /** The first line of why. */
  readonly why: string
}

export interface Ran {
  readonly passed: readonly Test[]
  readonly failures: readonly Failure[]
  /** Files that failed before their first test, or outside of any, with why. */
  readonly broken: readonly string[]
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly failureMessages: readonly string[] | null }[]
  }[]
}

/** No run takes longer, whatever a defect makes it wait for. */
const LONGEST_MS = 15 * 60_000
const REPORT = '.local/defect-report.json'
/** A rule that is gone shows at once or not at all: fuzzers need not take their time. */
const HASTE = { FUZZ_SECONDS: '2' }

/** Runs vitest on some tests. @throws when it ends without a report. */
export async function runTests({ folder, project, files, pattern, bail, environment, signal }: Order): Promise<Ran> {
  const report = join(folder, REPORT)
  rmSync(report, { force: true })
  const options = ['--project', project, '--testNamePattern', pattern, ...(bail ? ['--bail', '1'] : []), '--reporter=json', `--outputFile.json=${REPORT}`]
  const limit = AbortSignal.timeout(LONGEST_MS)
  const said = await node(['node_modules/vitest/vitest.mjs', 'run', ...options, ...files], {
    folder,
    environment: { ...HASTE, ...environment },
    signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
  })
  if (!existsSync(report)) throw new Error(`vitest wrote no report: ${said.trim().slice(-2_000)}`)
  const { testResults }: Report = JSON.parse(readFileSync(report, 'utf8'))
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, status, failureMessages }) => ({
      status,
      why: failureMessages?.[0]?.split('\n')[0] ?? '',
      file: name.replace(`${folder}/`, ''),
      test: fullName.trim(),
    })),
  )
  return {
    passed: tests.filter(({ status }) => status === 'passed'),
    failures: tests.filter(({ status }) => status === 'failed'),
    broken: testResults
      .filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed'))
      .map(({ name, message }) => `${name.replace(`${folder}/`, '')}: ${message.split('\n')[0] ?? ''}`),
  }
}

interface NodeOptions {
  readonly folder: string
  readonly environment?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
}

/** Runs a program of the copy; returns what it said, whichever way it ended. */
export function node(args: readonly string[], { folder, environment, signal }: NodeOptions): Promise<string> {
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'], signal })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-100_000)))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve(said))
  })
}
