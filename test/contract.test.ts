import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contractIds, idsIn, testFiles, testTitles } from './contract-titles.ts'

/** Ids of docs/contract.md that no test names yet. An id leaves this list with the first test that names it. */
const STILL_TO_COME: readonly string[] = []

const ids = contractIds()

describe('the contract', () => {
  const named = new Set(testFiles().flatMap((file) => idsIn(testTitles(file, readFileSync(file, 'utf8')))))

  it('has its rules, each id once', () => {
    expect(ids.length).toBeGreaterThan(90)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('names every rule in a test, but for those still to come', () => {
    const missing = ids.filter((id) => !named.has(id) && !STILL_TO_COME.includes(id))
    expect(missing, `name these in a test: ${missing.join(' ')}`).toEqual([])
  })

  it('keeps the list of those still to come true', () => {
    const stale = STILL_TO_COME.filter((id) => named.has(id) || !ids.includes(id))
    expect(stale, `take these from STILL_TO_COME: ${stale.join(' ')}`).toEqual([])
  })

  it('names no rule that does not exist', () => {
    expect([...named].filter((id) => !ids.includes(id))).toEqual([])
  })
})

describe('how titles are read', () => {
  it('sees plain, parameterised and templated titles, and not skipped ones or other strings', () => {
    const text = `
      it('A-01 and A-02', () => 'Z-01')
      it.each([['Z-02']])('A-03 %s', () => {})
      describe(\`A-04 \${x} A-05\`, () => {})
      it.skip('Z-03', () => {}); it.todo('Z-04'); other('Z-05')
    `
    expect(idsIn(testTitles('sample.ts', text))).toEqual(['A-01', 'A-02', 'A-03', 'A-04', 'A-05'])
  })
})
