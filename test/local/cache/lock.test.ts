import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { withLock } from '../../../local/cache/lock.ts'
import { identify } from '../../../local/process/process-identity.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** A lock as a process leaves it that is killed: its pid belongs to nobody, or to another process by now. */
function leaveStaleLock(file: string, pid = Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }))): void {
  writeFileSync(file, JSON.stringify({ pid, startedAt: 'long ago', hold: 'a' }))
}

/** @returns the most that were in the lock at once. */
async function contend(file: string, count: number): Promise<number> {
  let inside = 0
  let most = 0
  const enter = async (): Promise<void> => {
    most = Math.max(most, ++inside)
    await sleep(2)
    inside--
  }
  await Promise.all(Array.from({ length: count }, () => withLock(file, enter)))
  return most
}

describe('withLock', () => {
  it('lets one in at a time and leaves nothing behind', async () => {
    const folder = temporaryFolder()
    expect(await contend(join(folder, 'lock'), 10)).toBe(1)
    expect(readdirSync(folder)).toEqual([])
  })

  it('takes over the lock of a dead process, and only one of many does', async () => {
    const folder = temporaryFolder()
    leaveStaleLock(join(folder, 'lock'))
    expect(await contend(join(folder, 'lock'), 10)).toBe(1)
    expect(readdirSync(folder)).toEqual([])
  })

  it('takes over the lock of a process whose pid another one has now', async () => {
    const file = join(temporaryFolder(), 'lock')
    leaveStaleLock(file, process.pid)
    await expect(withLock(file, () => Promise.resolve('in'))).resolves.toBe('in')
  })

  it('waits for a living process, says for which, once, and ends the wait when it is told to', async () => {
    const file = join(temporaryFolder(), 'lock')
    writeFileSync(file, JSON.stringify({ ...identify(process.ppid), hold: 'another' }))
    const waitedFor: number[] = []
    const entering = withLock(file, () => Promise.resolve(), { signal: AbortSignal.timeout(350), waiting: (pid) => waitedFor.push(pid) })
    await expect(entering).rejects.toThrow(/abort/i)
    expect(waitedFor).toEqual([process.ppid])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ hold: 'another' })
  })

  it('is free again after a failure inside', async () => {
    const file = join(temporaryFolder(), 'lock')
    await expect(withLock(file, () => Promise.reject(new Error('inside')))).rejects.toThrow('inside')
    expect(existsSync(file)).toBe(false)
  })

  it('refuses a file that is no lock', async () => {
    const file = join(temporaryFolder(), 'lock')
    writeFileSync(file, '{}')
    await expect(withLock(file, () => Promise.resolve())).rejects.toThrow(`${file} is not a lock`)
  })
})
