import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DENO_CONFIG } from './deno-config.ts'
import { DenoProcess } from './deno-process.ts'

interface Package {
  readonly name: string
  readonly version: string
  readonly exports: string
  readonly imports: Readonly<Record<string, string>>
}

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))
const core = read('domain/deno.json') as Package
const npm = read('package.json') as { readonly version: string; readonly dependencies: Readonly<Record<string, string>> }
/** Some seconds each; on a busy machine many times that. */
const PATIENCE = 10 * 60_000

describe('the core as a package of JSR', () => {
  it('has the version of the whole, and takes each package in the version that package.json pins', () => {
    expect(DENO_CONFIG.workspace).toEqual(['./domain'])
    expect(core.version).toBe(npm.version)
    const packages = Object.values(core.imports).map((place) => /^npm:(?<name>[^@/]+)@(?<version>[^/]+)/.exec(place)?.groups)
    expect(packages.map((one) => [one?.['name'], one?.['version']])).toEqual(packages.map((one) => [one?.['name'], npm.dependencies[one?.['name'] ?? '']]))
  })

  it('documents all that it exports, with no type that it does not export', async () => {
    const lint = new DenoProcess(['doc', '--lint', `domain/${core.exports}`])
    expect(await lint.ended, lint.output).toBe(0)
  }, PATIENCE)

  it('could be published as it is, without slow types', async () => {
    const publish = new DenoProcess(['publish', '--dry-run', '--allow-dirty', '--config', 'domain/deno.json'])
    expect(await publish.ended, publish.output).toBe(0)
    expect(publish.output).toContain('Checking for slow types in the public API...')
    expect(publish.output).toContain(`Simulating publish of ${core.name}@${core.version}`)
    expect(publish.output).not.toContain('/test/')
  }, PATIENCE)
})

describe('the sources, without the tests, which are Node’s', () => {
  it('pass the type check of Deno', async () => {
    const check = new DenoProcess(['check', 'domain', 'workflows', 'activities', 'adapters', 'worker', 'client', 'receiver', 'local', 'bench'])
    expect(await check.ended, check.output).toBe(0)
    for (const file of ['domain/index.ts', 'worker/main.ts', 'client/threatfeed.ts', 'local/quickstart/main.ts']) expect(check.output).toContain(`Check ${file}`)
  }, PATIENCE)
})
