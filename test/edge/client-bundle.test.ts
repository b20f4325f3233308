import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bundle } from './bundle.ts'

const CLIENT = "export { EdgeClient } from './client/edge.ts'"

describe('the edge client in one module', () => {
  it('is below 8 kB, compressed', async () => {
    const { code } = await bundle(CLIENT, { minify: true })
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(8_000)
  })

  it('is made of itself and of the core, without any package', async () => {
    const { inputs } = await bundle(CLIENT)
    expect([...new Set(inputs.map((name) => /^(?:client\/|domain\/|adapters\/bound\.ts|.*)/.exec(name)?.[0]))].sort()).toEqual(['adapters/bound.ts', 'client/', 'domain/'])
  })
})
