import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Contestant, runContest } from '../../../bench/measure/contest.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'threatfeed-contest-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function telling(name: string, members: string, order: string[] = []): Contestant {
  return {
    name,
    program: { command: process.execPath, args: ['-p', members] },
    outcomeOf: (output) => {
      order.push(name)
      return { facts: { members: Number(readFileSync(output, 'utf8')) }, figures: { bytesEach: 4 } }
    },
  }
}

describe('a contest', { timeout: 60_000 }, () => {
  it('runs its contestants in turns, each turn from another one on', async () => {
    const order: string[] = []
    const contestants = ['a', 'b', 'c'].map((name) => telling(name, '1 + 2', order))
    const { results } = await runContest({ title: 'three', contestants, absent: [] }, { runs: 2, folder })
    expect(order).toEqual(['a', 'b', 'c', 'b', 'c', 'a'])
    expect(results.map(({ name, facts, runs }) => [name, facts['members'], runs.length])).toEqual([
      ['a', 3, 2],
      ['b', 3, 2],
      ['c', 3, 2],
    ])
    expect(results[0]?.runs[0]).toMatchObject({ wallMs: expect.any(Number), bytesEach: 4 })
  })

  it('fails when one of them differs in one run', async () => {
    const contestants = [telling('a', '3'), telling('b', '4')]
    await expect(runContest({ title: 'two', contestants, absent: [] }, { runs: 1, folder })).rejects.toThrow(
      'two: they differ in members: a 3, b 4',
    )
  })

  it('fails when one of them cannot be started', async () => {
    const nobody: Contestant = { ...telling('nobody', ''), program: { command: join(folder, 'not-there'), args: [] } }
    await expect(runContest({ title: 'one', contestants: [nobody], absent: [] }, { runs: 1, folder })).rejects.toThrow(/^one: nobody failed: .*ENOENT/)
  })
})
