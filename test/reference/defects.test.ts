import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { gitApply } from '../defects/runner/scratch.ts'
import { readDefects } from './defects.ts'

const defects = readDefects()
const PRODUCT = /^(domain|workflows|activities|adapters)\//

describe('the defects that the reference test sees', () => {
  it('are ten or more', () => {
    expect(defects.length).toBeGreaterThanOrEqual(10)
  })

  it.each(defects)('$name changes a line or few of the product, and applies to it as it is', ({ path, files, changed }) => {
    expect(files.filter((file) => !PRODUCT.test(file) || !existsSync(file))).toEqual([])
    expect(files.length).toBeGreaterThan(0)
    expect(changed).toBeLessThanOrEqual(4)
    expect(gitApply('.', path, '--check')).toBeUndefined()
  })
})
