import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

interface Report {
  readonly machine: Record<string, unknown>
  readonly sizes: Record<string, number>
  readonly runs: number
  readonly parsing: readonly Part[]
  readonly holding: readonly Part[]
  readonly goals: readonly { readonly id: string; readonly measured: number | null; readonly verdict: string }[]
}
interface Part {
  readonly title: string
  readonly results: readonly { readonly name: string; readonly facts: Record<string, unknown>; readonly runs: readonly Record<string, number>[] }[]
  readonly absent: readonly { readonly name: string; readonly howToGet: string }[]
}
interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

let folder = ''
/** Compiled below the project, where its packages are found, and away from the folder of a bench that may be running. */
let built = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'threatfeed-bench-test-'))
  mkdirSync('.local', { recursive: true })
  built = mkdtempSync(join('.local', 'bench-test-'))
  execFileSync(process.execPath, [createRequire(import.meta.url).resolve('typescript/bin/tsc'), '-p', 'bench', '--outDir', built])
}, 120_000)
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  rmSync(built, { recursive: true, force: true })
})

function bench(path: string, args: readonly string[] = []): Ended {
  const temporary = join(folder, 'temporary')
  mkdirSync(temporary, { recursive: true })
  const tiny = ['--runs', '1', '--addresses', '300', '--names', '300', '--json', join(folder, 'parse.json'), ...args]
  const env = { ...process.env, PATH: path, TMPDIR: temporary, FEEDS_DIR: join(folder, 'no-feeds') }
  const ended = spawnSync(process.execPath, [join(built, 'bench/parse/main.js'), ...tiny], { env, encoding: 'utf8' })
  expect(readdirSync(temporary)).toEqual([])
  return ended
}

function written(): Report {
  return JSON.parse(readFileSync(join(folder, 'parse.json'), 'utf8')) as Report
}

/** A folder for PATH with a program that is none of the real ones. */
function pathWith(name: string, script: string | null): string {
  const path = mkdtempSync(join(folder, 'path-'))
  if (script !== null) {
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(path, name), 0o755)
  }
  const shell = (process.env['PATH'] ?? '').split(delimiter).map((each) => join(each, 'sh')).find((each) => existsSync(each))
  if (shell !== undefined) symlinkSync(shell, join(path, 'sh'))
  return path
}

describe('npm run bench:parse', { timeout: 120_000 }, () => {
  it('measures what is installed and writes all runs, the machine and the goals', () => {
    const { status, stdout, stderr } = bench(process.env['PATH'] ?? '')
    expect(status, stderr).toBe(0)
    const { machine, sizes, runs, parsing, holding, goals } = written()
    expect(machine).toMatchObject({ cores: expect.any(Number), cpu: expect.any(String), node: process.version })
    expect({ sizes, runs }).toEqual({ sizes: { addresses: 300, names: 300 }, runs: 1 })
    expect(parsing).toHaveLength(2)
    expect(holding).toHaveLength(2)
    for (const { results } of [...parsing, ...holding]) {
      expect(results.length).toBeGreaterThanOrEqual(3)
      for (const result of results) expect(result.runs).toEqual([expect.objectContaining({ wallMs: expect.any(Number) })])
    }
    for (const { results } of parsing) expect(results[0]?.facts).toMatchObject({ members: 300 })
    for (const { results } of holding) expect(results[0]?.facts).toEqual({ members: 300, hits: 300 })
    expect(goals.map(({ id }) => id)).toEqual(['9', '9', '9', 'beside 9', 'beside 9', 'beside 9', '10', '10', '11', '11', '11', '11'])
    for (const { verdict } of goals) expect(['met', 'missed', 'not measured']).toContain(verdict)
    expect(stdout).toContain('goal')
  })

  it('goes on without the rivals, says how to get them, and calls their goals not measured', () => {
    const { status, stdout, stderr } = bench(pathWith('nothing', null), ['--markdown'])
    expect(status, stderr).toBe(0)
    expect(written().parsing.map(({ absent }) => absent.map(({ name }) => name))).toEqual([
      ['iprange -C', 'iprange, printing', 'Go netip, sort, merge', 'sort -u'],
      ['Go map, sort', 'sort -u'],
    ])
    expect(stdout).toContain('iprange -C was not measured: apt-get install iprange')
    expect(stdout).toMatch(/^\| 10: names to a set, whole process, to sort -u \| ≤ 1\.70× \| not measured \|$/m)
    const rivals = written().goals.filter(({ measured }) => measured === null)
    expect(rivals.map(({ verdict }) => verdict)).toEqual(rivals.map(() => 'not measured'))
    expect(rivals.length).toBeGreaterThanOrEqual(4)
  })

  it('ends with an error when a contestant finds something else', () => {
    const liar = 'if [ "$1" = -C ]; then echo 299,299; else echo 10.0.0.1; fi'
    const { status, stderr } = bench(pathWith('iprange', liar))
    expect(status).toBe(1)
    expect(stderr).toMatch(/generated addresses.*: they differ in addresses: .*threatfeed 300.*iprange -C 299/)
  })

  it('ends with an error when a contestant fails', () => {
    const { status, stderr } = bench(pathWith('iprange', 'echo "no memory left" >&2; exit 3'))
    expect(status).toBe(1)
    expect(stderr).toMatch(/iprange -C failed: it ended with 3\nno memory left/)
  })

  it.each([['--runs', '0'], ['--names', 'many'], ['--addresses', '2000001']])('refuses %s %s', (option, value) => {
    const { status, stderr } = bench('', [option, value])
    expect(status).toBe(1)
    expect(stderr).toContain('A whole number from 1 to 2000000 is wanted')
  })
})
