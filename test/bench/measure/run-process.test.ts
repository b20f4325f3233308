import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProcess } from '../../../bench/measure/run-process.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'threatfeed-process-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function node(script: string, env = {}) {
  return runProcess({ command: process.execPath, args: ['-e', script], env }, join(folder, 'output'))
}

describe('a process', { timeout: 60_000 }, () => {
  it('writes to the file, with the variables it is given', async () => {
    await node("process.stdout.write(process.env['GIVEN'] + '\\n')", { GIVEN: 'yes' })
    expect(readFileSync(join(folder, 'output'), 'utf8')).toBe('yes\n')
  })

  it('tells its own peak memory and processor time, whatever this one holds, where the system says it', async () => {
    const ours = Buffer.alloc(300_000_000, 1)
    const small = await node("const end = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < end);")
    const large = await node("const held = Buffer.alloc(300_000_000, 1); const end = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < end); if (held[9] !== 1) throw 1")
    expect(ours[9]).toBe(1)
    if (process.platform !== 'linux') return expect([small.usage, large.usage]).toEqual([null, null])
    expect(small.usage?.peakBytes).toBeLessThan(200_000_000)
    expect(large.usage?.peakBytes).toBeGreaterThan(300_000_000)
    expect(large.usage?.peakBytes).toBeLessThan(500_000_000)
    expect(small.usage?.cpuMs).toBeGreaterThanOrEqual(150)
  })

  it('fails with what it wrote to standard error', async () => {
    await expect(node("console.error('out of luck'); process.exit(3)")).rejects.toThrow('it ended with 3\nout of luck')
    await expect(node("process.kill(process.pid, 'SIGKILL')")).rejects.toThrow('it ended with SIGKILL')
  })
})
