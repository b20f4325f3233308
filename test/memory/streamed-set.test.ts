import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { collect } from '../local/run-command-line.ts'

const MEMBERS = 2_000_000
/** Distinct values of a window of a busy cluster. */
const VALUES = 20_000

describe('a set of 2,000,000 members for which there is no memory', { timeout: 5 * 60_000 }, () => {
  // Held, they take 97 MB and 30 MB.
  it.each([
    ['IPSet', 40],
    ['DomainNameSet', 20],
  ])('Q-10 as %s is matched as a stream in a heap of 96 MB, within %i MB in all, and finds what is in it', async (content, most) => {
    const args = ['--max-old-space-size=96', '--max-semi-space-size=2', 'test/local/run-typescript.mjs', 'test/memory/streamed-process.ts', content, String(MEMBERS), String(VALUES)]
    const { code, output, error } = await collect(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }))
    expect([code, error]).toEqual([0, ''])
    const { beyondMB, ...found } = JSON.parse(output) as { beyondMB: number; hits: number; said: number }
    expect(found).toEqual({ hits: VALUES / 100, said: 1 })
    expect(beyondMB).toBeLessThan(most)
  })
})
