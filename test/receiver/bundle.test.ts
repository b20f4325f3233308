import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { RECEIVER_SETTINGS, readReceiverSettings } from '../../receiver/settings.ts'
import { bundle } from '../edge/bundle.ts'

const FOLDER = 'deploy/receiver'
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8')

/** Comments stand on lines of their own. */
const wrangler = JSON.parse(read('wrangler.jsonc').replace(/^\s*\/\/.*$/gm, '')) as { main: string; compatibility_flags: string[]; vars: Record<string, string> }
const deno = JSON.parse(read('deno.json')) as { imports: Record<string, string>; tasks: { serve: string }; deploy: { runtime: { entrypoint: string } } }
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }

const entry = (path: string, minify = false) => bundle(`export { default } from './${relative('.', resolve(FOLDER, path))}'`, { minify })

describe('the receiver in one module', () => {
  it.each(['receiver/worker.ts', 'receiver/deno.ts'])('%s is web standards alone, of our own code and four packages, below 130 kB compressed', async (path) => {
    const { code, inputs } = await bundle(`export { default } from './${path}'`, { minify: true })
    const places = inputs.map((name) => /^(?:domain|receiver|client|adapters\/[a-z-]+|adapters|node_modules\/[^/]+)\//.exec(name)?.[0])
    expect([...new Set(places)].sort()).toEqual(['adapters/', 'adapters/settings/', 'client/', 'domain/', 'node_modules/csv-parse/', 'node_modules/hono/', 'node_modules/punycode/', 'node_modules/tr46/', 'receiver/'])
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(130_000)
  })
})

describe('the example for Cloudflare', () => {
  it('bundles from the entry that it names, with settings that are right once its secrets are there', async () => {
    expect((await entry(wrangler.main)).inputs).toContain('receiver/worker.ts')
    expect(wrangler.compatibility_flags).toContain('no_nodejs_compat')
    const secrets = /secret put NAME.*: (.+)\.$/m.exec(read('wrangler.jsonc'))?.[1]?.split(', ') ?? []
    const bound = { ...wrangler.vars, ...Object.fromEntries(secrets.map((name) => [name, 'a-secret-of-the-platform-0123456789'])) }
    expect(readReceiverSettings(bound)).toMatchObject({ ok: true })
    expect(readReceiverSettings(wrangler.vars)).toMatchObject({ ok: false, problems: [expect.stringContaining('secretName')] })
  })
})

describe('the example for Deno', () => {
  it('bundles from the entry that it names, which is the one that its task serves', async () => {
    expect((await entry(deno.deploy.runtime.entrypoint)).inputs).toContain('receiver/deno.ts')
    expect(deno.tasks.serve.split(' ').at(-1)).toBe(deno.deploy.runtime.entrypoint)
  })

  it('has every package that the entry imports, in the version of package.json', async () => {
    const { inputs } = await entry(deno.deploy.runtime.entrypoint)
    const sources = inputs.filter((name) => !name.startsWith('node_modules/'))
    const bare = sources.flatMap((name) => [...readFileSync(name, 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*? from '([^.'][^']*)'/gm)].map(([, from]) => from ?? ''))
    expect(Object.keys(deno.imports).sort()).toEqual([...new Set(bare)].sort())
    for (const [from, to] of Object.entries(deno.imports)) {
      const name = from.split('/')[0] ?? ''
      expect(to).toBe(`npm:${from.replace(name, `${name}@${String(dependencies[name])}`)}`)
    }
  })

  it('allows the settings by name, and no others but the secrets of its feeds', () => {
    const allowed = /--allow-env=(\S+)/.exec(deno.tasks.serve)?.[1]?.split(',') ?? []
    expect(allowed).toEqual([...RECEIVER_SETTINGS.map(({ name }) => name), 'PARTNER_TOKEN'])
    expect(dirname(resolve(FOLDER, deno.deploy.runtime.entrypoint))).toBe(resolve('receiver'))
  })
})
