import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { collect } from '../local/run-command-line.ts'

const MEMBERS = 2_000_000

interface Searched {
  /** Heap and buffers at their highest, beyond what the process held with the set as it was parsed. */
  readonly beyondMB: number
  readonly owed: number
  readonly hits: number
  readonly searched: number
  readonly slices: number
}

describe('a first version of 2,000,000 members', { timeout: 10 * 60_000 }, () => {
  it.each([
    ['IPSet', 2_500_000, 2],
    ['DomainNameSet', 1_000_000, 4],
  ])('Q-07 Q-10 as %s is searched for in %i logs, each with a value of its own, in %i slices and a heap of 384 MB', async (content, logs, slices) => {
    const args = ['--max-old-space-size=384', 'test/local/run-typescript.mjs', 'test/memory/backward-process.ts', content, String(MEMBERS), String(logs)]
    const { code, output, error } = await collect(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }))
    expect([code, error]).toEqual([0, ''])
    const { beyondMB, ...searched } = JSON.parse(output) as Searched
    expect(searched).toEqual({ owed: MEMBERS, hits: logs / 1_000, searched: logs, slices })
    expect(beyondMB).toBeLessThan(250)
  })
})
