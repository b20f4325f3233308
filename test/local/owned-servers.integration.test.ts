import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { recordedProcesses, stillRunning } from './recorded-processes.ts'
import { startTypescript } from './run-command-line.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Nothing is asked of the servers: they are killed. */
const END_MS = 10_000

describe('servers that a process owns', () => {
  it.each([
    ['SIGKILL', [], 4],
    ['SIGTERM', ['temporal'], 1],
  ] as const)('end with it, and their data goes, when it ends by %s', async (signal, only, count) => {
    const stateDir = join(temporaryFolder(), 'state')
    const owner = startTypescript('test/local/owner.ts', [stateDir, ...only])
    onTestFinished(() => void owner.kill('SIGKILL'))
    if (owner.stdout !== null) await once(owner.stdout, 'data')
    const processes = recordedProcesses(stateDir)
    expect(stillRunning(processes)).toHaveLength(count)
    owner.kill(signal)
    await expect.poll(() => stillRunning(processes), { timeout: END_MS }).toEqual([])
    await expect.poll(() => existsSync(stateDir), { timeout: END_MS }).toBe(false)
  })

  it('end with it when it is killed while they start', async () => {
    const stateDir = join(temporaryFolder(), 'state')
    const owner = startTypescript('test/local/owner.ts', [stateDir])
    onTestFinished(() => void owner.kill('SIGKILL'))
    await expect.poll(() => Object.keys(recordedProcesses(stateDir)).length, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0)
    const processes = recordedProcesses(stateDir)
    owner.kill('SIGKILL')
    await expect.poll(() => stillRunning(processes), { timeout: END_MS }).toEqual([])
    await expect.poll(() => existsSync(stateDir), { timeout: END_MS }).toBe(false)
  })
})
