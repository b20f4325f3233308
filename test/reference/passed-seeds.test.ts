import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PassedSeeds } from './passed-seeds.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'passed-seeds-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('seeds that were passed', () => {
  it('are known to a later run of the same product, and to no other product', () => {
    const file = join(folder, 'of', 'it.json')
    const first = new PassedSeeds(file, 'this one')
    expect(first.has(3)).toBe(false)
    first.add(3)
    first.add(1)
    const second = new PassedSeeds(file, 'this one')
    expect([1, 2, 3].filter((seed) => second.has(seed))).toEqual([1, 3])
    expect(new PassedSeeds(file, 'another').has(3)).toBe(false)
  })

  it('count for a product that is known by its files', () => {
    new PassedSeeds(join(folder, 'it.json')).add(7)
    expect(new PassedSeeds(join(folder, 'it.json')).has(7)).toBe(true)
  })
})
