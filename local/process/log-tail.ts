import { open } from 'node:fs/promises'

/** Enough for the last stack trace of any of the servers. */
const TAIL_BYTES = 64 * 1024

/** The last lines of a log, or nothing when there is none. */
export async function logTail(file: string, lines = 20): Promise<string> {
  const handle = await open(file).catch(() => undefined)
  if (handle === undefined) return ''
  try {
    const { size } = await handle.stat()
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-lines).join('\n')
  } finally {
    await handle.close()
  }
}
