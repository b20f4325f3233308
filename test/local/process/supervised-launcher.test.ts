import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ServerCommand } from '../../../local/process/launcher.ts'
import { isRunning } from '../../../local/process/process-identity.ts'
import { supervisedLauncher } from '../../../local/process/supervised-launcher.ts'
import { temporaryFolder } from '../temporary-folder.ts'

function command(folder: string, script: string): ServerCommand {
  return { name: 'server', program: '/bin/sh', args: ['-c', script], cwd: folder, logFile: join(folder, 'server.log') }
}

describe('supervisedLauncher', () => {
  it('starts servers with their log, and ends them and deletes their paths when it is let go', async () => {
    const folder = temporaryFolder()
    const state = join(folder, 'state')
    mkdirSync(state)
    const launcher = supervisedLauncher([join(state, 'data'), state])
    writeFileSync(join(state, 'data'), '')
    const first = await launcher.launch(command(folder, 'echo begun; trap "" TERM; while :; do sleep 0.05; done'))
    const second = await launcher.launch(command(folder, 'exec sleep 600'))
    expect([first, second].map(isRunning)).toEqual([true, true])
    await launcher.close(false)
    expect([first, second].map(isRunning)).toEqual([false, false])
    expect(existsSync(state)).toBe(false)
    expect(readFileSync(join(folder, 'server.log'), 'utf8')).toBe('begun\n')
  })

  it('leaves what others keep beside its paths, and all when it is told to keep', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'data'), '')
    writeFileSync(join(folder, 'other'), '')
    await supervisedLauncher([join(folder, 'data'), folder]).close(true)
    expect(existsSync(join(folder, 'data'))).toBe(true)
    await supervisedLauncher([join(folder, 'data'), folder]).close(false)
    expect(existsSync(join(folder, 'data'))).toBe(false)
    expect(existsSync(join(folder, 'other'))).toBe(true)
  })

  it('says which program cannot be run', async () => {
    const folder = temporaryFolder()
    const launcher = supervisedLauncher([])
    await expect(launcher.launch({ ...command(folder, ''), program: '/nowhere/server' })).rejects.toThrow('/nowhere/server cannot be run')
    await launcher.close(false)
  })
})
