import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePorts, isFree } from '../../../local/process/free-port.ts'

describe('freePorts', () => {
  it('gives different ports, none of which the system gives to outgoing connections', async () => {
    const ports = await freePorts(50)
    expect(new Set(ports).size).toBe(50)
    for (const port of ports) expect(port).toBeLessThan(32_768)
  })

  it('knows a port that is taken', async () => {
    const server = createServer()
    onTestFinished(() => void server.close())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(await isFree(port)).toBe(false)
    await new Promise((resolve) => server.close(resolve))
    expect(await isFree(port)).toBe(true)
  })
})
