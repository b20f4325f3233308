import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'threatfeed-count-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function count(floor: string, ...reports: string[]): { line: string; status: number | null; problems: string } {
  const run = spawnSync(process.execPath, ['scripts/count-tests.mjs', floor, ...reports], { encoding: 'utf8' })
  return { line: run.stdout, status: run.status, problems: run.stderr }
}

const good = file('good.json', { numPassedTests: 7, numFailedTests: 0, testResults: [{ status: 'passed', assertionResults: [] }] })

describe('counting tests for .ci/run', () => {
  it('sums the reports into one line and passes at the floor', () => {
    expect(count(file('14', '14\n'), good, good)).toEqual({ line: '14 passed, 0 failed\n', status: 0, problems: '' })
  })

  it('fails below the floor', () => {
    expect(count(file('8', '8\n'), good)).toMatchObject({ line: '7 passed, 0 failed\n', status: 1 })
  })

  it('counts a file that failed before its first test as one failure', () => {
    const broken = file('broken.json', {
      numPassedTests: 1,
      numFailedTests: 1,
      testResults: [
        { status: 'failed', assertionResults: [] },
        { status: 'failed', assertionResults: [{ status: 'failed' }] },
      ],
    })
    expect(count(file('1', '1'), broken)).toMatchObject({ line: '1 passed, 2 failed\n', status: 1 })
  })

  it('prints the line even when a report is missing or broken, and fails', () => {
    expect(count(file('0', '0'), join(folder, 'absent.json'))).toMatchObject({ line: '0 passed, 0 failed\n', status: 1 })
    const broken = count(file('0', '0'), good, file('text.json', '{'))
    expect(broken).toMatchObject({ line: '7 passed, 0 failed\n', status: 1 })
    expect(broken.problems).toContain('text.json')
  })

  it('fails on a floor that is no number', () => {
    expect(count(file('none', 'none'), good)).toMatchObject({ status: 1 })
  })
})
