import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { projectOf } from './find-tests.ts'
import { readPatch, selected } from './patches.ts'
import { makeScratch } from './scratch.ts'
import type { Scratch } from './scratch.ts'
import { counts, redWithoutDefect, tryPatch } from './try-patch.ts'
import type { Outcome } from './try-patch.ts'

const folders: string[] = []
const copies: Scratch[] = []
afterEach(() => {
  for (const copy of copies.splice(0)) copy.remove()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A project of one product file, its test, and one defect, as a copy to be damaged. */
function project(test: string, replacement: string): { readonly outcome: () => Promise<Outcome>; readonly surroundings: Parameters<typeof tryPatch>[1] } {
  const root = mkdtempSync(join(tmpdir(), 'threatfeed-defect-'))
  folders.push(root)
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  const path = 'test/defects/A-01.patch'
  const text = `Nothing is refused.\n\n--- a/domain/rule.ts\n+++ b/domain/rule.ts\n@@ -1,1 +1,1 @@\n-export const refused = true\n+${replacement}\n`
  write('domain/rule.ts', 'export const refused = true\n')
  write('test/rule.test.ts', `import { expect, it } from 'vitest'\nimport { refused } from '../domain/rule.ts'\n${test}\n`)
  write(path, text)
  write('vitest.config.ts', `export default { test: { projects: [{ test: { name: 'unit', include: ['test/**/*.test.ts'] } }] } }\n`)
  write('package.json', '{ "type": "module" }\n')
  mkdirSync(join(root, 'node_modules'))
  execFileSync('git', ['init', '--quiet'], { cwd: root })
  const scratch = makeScratch(root)
  rmSync(join(scratch.folder, 'node_modules'))
  execFileSync('ln', ['-s', resolve('node_modules'), join(scratch.folder, 'node_modules')])
  copies.push(scratch)
  const surroundings = { scratch, servers: () => Promise.resolve({}), endServers: () => Promise.resolve(), signal: AbortSignal.timeout(60_000) }
  return { outcome: () => tryPatch(readPatch(path, text), surroundings), surroundings }
}

const DEFECT = 'export const refused = false'
const SEES = `it('A-01 refuses', () => expect(refused).toBe(true))`

describe('trying a defect', () => {
  it('tells the test that turned red, takes the defect out, and finds that test green without it', async () => {
    const { outcome, surroundings } = project(SEES, DEFECT)
    const tried = await outcome()
    expect(tried).toMatchObject({ kind: 'red', red: { project: 'unit', file: 'test/rule.test.ts', test: 'A-01 refuses' } })
    expect(readFileSync(join(surroundings.scratch.folder, 'domain/rule.ts'), 'utf8')).toBe('export const refused = true\n')
    expect(tried.kind === 'red' && (await redWithoutDefect([tried.red], surroundings))).toEqual([])
  }, 60_000)

  it('is not content with a red test of another name, nor with a green one', async () => {
    const { outcome } = project(`it('A-02 refuses', () => expect(refused).toBe(true))\nit('A-01 is', () => expect(1).toBe(1))`, DEFECT)
    expect(await outcome()).toEqual({ kind: 'survived', tests: 1, notes: [] })
  }, 60_000)

  it('is not content with a file that does not load', async () => {
    const { outcome } = project(SEES, 'export const refused = (')
    expect(await outcome()).toMatchObject({ kind: 'survived', tests: 0, notes: [expect.stringContaining('test/rule.test.ts')] })
  }, 60_000)

  it('is not content with a test that is red anyway', async () => {
    const { outcome, surroundings } = project(`it('A-01 refuses', () => expect(refused).toBe('always'))`, DEFECT)
    const tried = await outcome()
    expect(tried.kind === 'red' && (await redWithoutDefect([tried.red], surroundings))).toEqual([expect.stringContaining('test/rule.test.ts A-01 refuses: AssertionError')])
  }, 60_000)
})

describe('what counts as seeing a defect', () => {
  const failure = (test: string, why: string) => ({ file: 'test/rule.test.ts', test, why })

  it('is an assertion or a timeout of a test that names the rule', () => {
    expect(counts(failure('pulls P-01 at once', 'AssertionError: expected 1 to be 2'), 'P-01')).toBe(true)
    expect(counts(failure('P-01', 'Error: Test timed out in 5000ms.'), 'P-01')).toBe(true)
    expect(counts(failure('P-012', 'AssertionError: expected 1 to be 2'), 'P-01')).toBe(false)
    expect(counts(failure('P-01', 'ReferenceError: x is not defined'), 'P-01')).toBe(false)
    expect(counts(failure('P-01', 'Error: Failed to start ephemeral server: ephemeral server at 127.0.0.1:1 did not start within 5s.'), 'P-01')).toBe(false)
  })
})

describe('reading a patch', () => {
  const diff = '--- a/domain/x.ts\n+++ b/domain/x.ts\n@@ -1 +1 @@\n-a\n+b\n'

  it('knows its rule, what it says, what it changes and who must see it', () => {
    expect(readPatch('test/defects/P-10-nat64.patch', `Takes any\naddress.\nSeen by: a.test.ts b.test.ts\n\n${diff}`)).toEqual({
      name: 'P-10-nat64',
      id: 'P-10',
      path: 'test/defects/P-10-nat64.patch',
      says: 'Takes any address.',
      files: ['domain/x.ts'],
      seenBy: ['a.test.ts', 'b.test.ts'],
      changed: 2,
    })
  })

  it('refuses one without a rule, a sentence or a diff', () => {
    expect(() => readPatch('test/defects/nat64.patch', `Takes any.\n\n${diff}`)).toThrow("the name must be a rule's id")
    expect(() => readPatch('test/defects/P-10.patch', diff)).toThrow('a sentence that says what it takes out')
    expect(() => readPatch('test/defects/P-10.patch', 'Takes any.\n')).toThrow('a unified diff')
  })

  it('selects by rule, by the beginning of some, or by name', () => {
    const names = (...wanted: string[]) => selected([{ name: 'P-01' }, { name: 'P-10-nat64' }, { name: 'V-01' }], wanted).map(({ name }) => name)
    expect(names()).toEqual(['P-01', 'P-10-nat64', 'V-01'])
    expect(names('P')).toEqual(['P-01', 'P-10-nat64'])
    expect(names('P-10-nat64', 'V-01')).toEqual(['P-10-nat64', 'V-01'])
  })
})

describe('the project of a test file', () => {
  it('goes by its name, as in vitest.config.ts', () => {
    expect(projectOf('test/domain/x.test.ts')).toBe('unit')
    expect(projectOf('test/workflows/x.workflow.test.ts')).toBe('workflow')
    expect(projectOf('test/deploy/x.integration.test.ts')).toBe('integration')
    expect(projectOf('test/feeds/x.test.ts')).toBeUndefined()
  })
})
