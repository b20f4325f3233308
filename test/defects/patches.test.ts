import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contractIds } from '../contract-titles.ts'
import { filesNaming, projectOf } from './runner/find-tests.ts'
import { readPatches } from './runner/patches.ts'
import { gitApply } from './runner/scratch.ts'
import { SECTIONS } from './runner/sections.ts'

const patches = readPatches()
const rules = contractIds().filter((id) => SECTIONS.includes(id.charAt(0)))
/** What runs in a cluster, or is applied to one. */
const PRODUCT = /^(domain|workflows|activities|adapters|worker|client|deploy)\//

describe('the defects', () => {
  it('have one for each rule of the sections that are proved', () => {
    expect(rules.filter((id) => !patches.some((patch) => patch.id === id))).toEqual([])
  })

  it('are of rules that there are', () => {
    expect(patches.filter(({ id }) => !contractIds().includes(id)).map(({ name }) => name)).toEqual([])
  })

  it.each(patches)('$name changes a line or few of the product, and applies to it as it is', ({ path, files, changed }) => {
    expect(files.filter((file) => !PRODUCT.test(file) || !existsSync(file))).toEqual([])
    expect(changed).toBeLessThanOrEqual(8)
    expect(gitApply('.', path, '--check')).toBeUndefined()
  })

  it.each(patches.filter(({ seenBy }) => seenBy.length > 0))('$name is seen by tests that name its rule', ({ id, seenBy }) => {
    expect(filesNaming(id, '.')).toEqual(expect.arrayContaining([...seenBy]))
    expect(seenBy.map(projectOf)).not.toContain(undefined)
  })
})
