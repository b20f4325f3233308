import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { collect } from '../local/run-command-line.ts'

interface Parsed {
  /** Heap and buffers at their highest, beyond what the process began with and the set. */
  readonly beyondMB: number
  readonly members: number
  readonly entries: number
  readonly rejected: Readonly<Record<string, number>>
}

/** In a process whose heap ends at 128 MB: one that held the body, or a slice of each chunk, would end with it. */
async function parse(kind: string, megabytes: number): Promise<Parsed> {
  const args = ['--max-old-space-size=128', 'test/local/run-typescript.mjs', 'test/memory/parse-process.ts', kind, String(megabytes)]
  const { code, output, error } = await collect(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }))
  expect([code, error]).toEqual([0, ''])
  return JSON.parse(output) as Parsed
}

describe('parsing in bounded memory', { timeout: 5 * 60_000 }, () => {
  it.each(['newline addresses', 'newline names', 'plain csv', 'plain csv of names', 'quoted csv'])(
    'F-11 reads 100 MB of %s within 150 MB beyond the set',
    async (kind) => {
      const { beyondMB, members, entries, rejected } = await parse(kind, 100)
      expect([members, rejected]).toEqual([100_000, {}])
      expect(entries).toBeGreaterThan(1_000_000)
      expect(beyondMB).toBeLessThan(150)
    },
  )

  it('F-11 reads a million IPv6 addresses, and half of them again, within 150 MB beyond the set', async () => {
    const { beyondMB, members, rejected } = await parse('IPv6 addresses', 60)
    expect([members, rejected]).toEqual([1_000_000, {}])
    expect(beyondMB).toBeLessThan(150)
  })

  it.each(['a newline line', 'a csv line'])('F-11 F-12 counts %s of 50 MB as one rejected entry, without holding it', async (kind) => {
    const { beyondMB, ...parsed } = await parse(kind, 50)
    expect(parsed).toEqual({ members: 1, entries: 2, rejected: { 'too-long': 1 } })
    expect(beyondMB).toBeLessThan(50)
  })
})
