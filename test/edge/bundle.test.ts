import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Bundle, bundle } from './bundle.ts'

const EVERYTHING = "export * from './domain/index.ts'"
/** Names are mapped by the runtime's own `URL`, in place of tables. */
const BY_URL = { tr46: resolve('domain/names/ascii-by-url.ts') }

function gzipped({ code }: Bundle): number {
  return gzipSync(code, { level: 9 }).length
}

describe('the core in one module', () => {
  it('is below 150 kB, compressed', async () => {
    expect(gzipped(await bundle(EVERYTHING, { minify: true }))).toBeLessThan(150_000)
  })

  it('is below 40 kB without the tables of UTS-46 and csv-parse', async () => {
    expect(gzipped(await bundle(EVERYTHING, { minify: true, alias: BY_URL, external: ['csv-parse'] }))).toBeLessThan(40_000)
  })

  it('is made of the core and three packages', async () => {
    const { inputs } = await bundle(EVERYTHING)
    const places = inputs.map((name) => /^(?:domain|node_modules\/[^/]+)\//.exec(name)?.[0])
    expect([...new Set(places)].sort()).toEqual(['domain/', 'node_modules/csv-parse/', 'node_modules/punycode/', 'node_modules/tr46/'])
  })

  it.each(['node:buffer', 'node:crypto', 'fs', 'buffer'])('is none when something imports %s', async (from) => {
    await expect(bundle(`${EVERYTHING}\nimport * as module from '${from}'\nconsole.log(module)`)).rejects.toThrow(`Could not resolve "${from}"`)
  })
})
