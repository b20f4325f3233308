import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { afterAll, describe, expect, it } from 'vitest'
import { workflowSource } from '../../worker/workflow-source.ts'

/** Long: webpack over a cold disk on a busy machine. */
const BUNDLING_MS = 120_000
const quiet = new DefaultLogger('ERROR')

/** What a workflow's own code needs: the SDK's workflow side, and what that is made of. */
const ALLOWED: readonly string[] = ['@temporalio/common', '@temporalio/workflow', 'long', 'ms', 'nexus-rpc']
const PARSERS_AND_CLIENTS = /^(ipaddr\.js|csv-parse|jsonpath-plus|punycode|undici|yaml|@elastic\/.*|@kubernetes\/.*)$/

interface Sources {
  readonly packages: readonly string[]
  /** Folders of ours. */
  readonly folders: readonly string[]
  /** What is neither: a module of Node's, or one that the bundle would take from its surroundings. */
  readonly others: readonly string[]
}

/** Where a bundle's modules come from; webpack names each by its path from the project. */
function sourcesOf(code: string): Sources {
  const modules = [...code.matchAll(/^\/\*\*\*\/ "([^"]+)"/gm)].map(([, path]) => path ?? '')
  const unique = (found: readonly (string | undefined)[]): readonly string[] => [...new Set(found.filter((name) => name !== undefined))].sort()
  const isOurs = /^\.\/(?!node_modules)([a-z]+)\//
  return {
    packages: unique(modules.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])),
    folders: unique(modules.map((path) => isOurs.exec(path)?.[1])),
    // Named "?" and a number is what webpack was told to leave empty: the SDK's place for converters that we do not have.
    others: unique(modules.filter((path) => !path.includes('node_modules/') && !isOurs.test(path) && !path.startsWith('?'))),
  }
}

describe('the workflow bundle', () => {
  it('holds the workflows, what is deterministic of the domain, the SDK, and no parser or client', async () => {
    const source = await workflowSource(true, quiet)
    const { code } = source.workflowBundle as { readonly code: string }
    const { packages, folders, others } = sourcesOf(code)
    expect(packages.filter((name) => PARSERS_AND_CLIENTS.test(name))).toEqual([])
    expect(packages.filter((name) => !ALLOWED.includes(name))).toEqual([])
    expect(packages).toContain('@temporalio/workflow')
    expect(folders).toEqual(['domain', 'workflows'])
    expect(others).toEqual([])
    expect(code).not.toMatch(/\brequire\(["']/)
  }, BUNDLING_MS)
})

describe('how a bundle is looked into', () => {
  const folder = mkdtempSync(resolve('test', 'workflows', '.bundle-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })
  const said: string[] = []
  const bundle = (imported: string): Promise<string> => {
    said.length = 0
    const path = join(folder, `${imported.replaceAll(/\W/g, '-')}.ts`)
    writeFileSync(path, `import * as probe from '${imported}'\nexport const probed = async (): Promise<string[]> => Object.keys(probe)\n`)
    return bundleWorkflowCode({ workflowsPath: path, logger: new DefaultLogger('ERROR', ({ message }) => said.push(message)) }).then(({ code }) => code)
  }

  it.each(['ipaddr.js', 'jsonpath-plus', 'csv-parse/browser/esm/sync'])('sees %s in one that imports it', async (imported) => {
    const { packages } = sourcesOf(await bundle(imported))
    expect(packages.filter((name) => PARSERS_AND_CLIENTS.test(name))).toEqual([imported.split('/')[0]])
  }, BUNDLING_MS)

  it.each(['node:fs', 'punycode/punycode.es6.js', 'undici', '@elastic/elasticsearch', '@kubernetes/client-node'])('is not made at all with %s in it', async (imported) => {
    const failure: unknown = await bundle(imported).catch((error: unknown) => error)
    expect(`${String(failure)} ${said.join(' ')}`).toMatch(/disallowed modules|UnhandledSchemeError/)
  }, BUNDLING_MS)
})
