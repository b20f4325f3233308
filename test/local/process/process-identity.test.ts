import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { endProcess, identify, isRunning, sendSignal } from '../../../local/process/process-identity.ts'
import type { ProcessIdentity } from '../../../local/process/process-identity.ts'

/** A process of its own; @returns what it was seen as. */
async function started(script: string): Promise<{ identity: ProcessIdentity; ended: Promise<unknown[]> }> {
  const child = spawn('sh', ['-c', `${script}; echo on; while :; do sleep 0.05; done`], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  const identity = identify(child.pid ?? 0)
  if (identity === undefined) throw new Error('it does not run')
  return { identity, ended }
}

describe('a process identity', () => {
  it('is of the process that runs, and of none that has ended', async () => {
    const { identity } = await started(':')
    expect(isRunning(identity)).toBe(true)
    await endProcess(identity, 'SIGTERM', 5_000)
    expect(isRunning(identity)).toBe(false)
    expect(identify(identity.pid)).toBeUndefined()
  })

  it('never leads to a process that has the pid by now', async () => {
    const { identity, ended } = await started(':')
    const former = { ...identity, startedAt: 'earlier' }
    expect(isRunning(former)).toBe(false)
    sendSignal(former, 'SIGKILL')
    await endProcess(former, 'SIGKILL', 0)
    expect(isRunning(identity)).toBe(true)
    sendSignal(identity, 'SIGTERM')
    await expect(ended).resolves.toEqual([null, 'SIGTERM'])
  })

  it('is ended by SIGKILL when it does not heed the signal within its grace', async () => {
    const { identity, ended } = await started('trap "" TERM')
    await endProcess(identity, 'SIGTERM', 100)
    await expect(ended).resolves.toEqual([null, 'SIGKILL'])
  })
})
