import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { SyncNetworkSetOutput } from '../../domain/run/steps.ts'
import { collect } from '../local/run-command-line.ts'

const PREFIXES = 550_000

describe('a network set of half a million prefixes', { timeout: 5 * 60_000 }, () => {
  it.each(['4', '6'])('G-04 of IPv%s is written, and found written, in a heap of 256 MB', async (family) => {
    const args = ['--max-old-space-size=256', 'test/local/run-typescript.mjs', 'test/memory/sync-process.ts', family, String(PREFIXES)]
    const { code, output, error } = await collect(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }))
    expect([code, error]).toEqual([0, ''])
    const { heldMB, outcomes } = JSON.parse(output) as { heldMB: number; outcomes: SyncNetworkSetOutput[] }
    const written = { objects: 40, prefixes: PREFIXES }
    expect(outcomes).toEqual([{ ...written, writes: 40 }, { ...written, writes: 0 }])
    expect(heldMB).toBeLessThan(300)
  })
})
