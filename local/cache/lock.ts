import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, isRunning } from '../process/process-identity.ts'
import type { ProcessIdentity } from '../process/process-identity.ts'

interface Holder extends ProcessIdentity {
  /** Tells two holds of one process apart. */
  readonly hold: string
}

const POLL_MS = 100
/** Taking a dead process's lock over is two calls in a row: one that takes this long was interrupted between them. */
const TAKE_OVER_MS = 10_000

export interface LockOptions {
  readonly signal?: AbortSignal | undefined
  /** Called once when another process holds the lock. */
  readonly waiting?: (pid: number) => void
}

/** Runs `action` while no other process, and nothing else in this one, holds the lock file. A dead process's lock is taken over. */
export async function withLock<Result>(file: string, action: () => Promise<Result>, options: LockOptions = {}): Promise<Result> {
  const mine = await acquire(file, options)
  try {
    return await action()
  } finally {
    if ((await readHolder(file))?.hold === mine.hold) await unlink(file)
  }
}

async function acquire(file: string, options: LockOptions): Promise<Holder> {
  const self = identify(process.pid)
  if (self === undefined) throw new Error('this process cannot be identified')
  const mine: Holder = { ...self, hold: randomUUID() }
  const draft = `${file}.${mine.hold}`
  await mkdir(dirname(file), { recursive: true })
  // A link appears whole or not at all: nobody reads a lock that is half written.
  await writeFile(draft, JSON.stringify(mine))
  try {
    for (let told = false; !(await tryLink(draft, file)); ) {
      options.signal?.throwIfAborted()
      const holder = await readHolder(file)
      if (holder === undefined) continue
      if (!isRunning(holder)) {
        if (!(await removeStale(file, holder))) await sleep(POLL_MS)
        continue
      }
      if (!told) options.waiting?.(holder.pid)
      told = true
      await sleep(POLL_MS, undefined, { signal: options.signal })
    }
    return mine
  } finally {
    await rm(draft, { force: true })
  }
}

/** Only who has made the marker of that very hold may remove the lock, so that no fresh lock is removed by a late comer. */
async function removeStale(file: string, stale: Holder): Promise<boolean> {
  const marker = `${file}.${stale.hold}.stale`
  if (!(await tryLink(file, marker))) {
    const made = await stat(marker).catch(() => undefined)
    if (made !== undefined && Date.now() - made.ctimeMs > TAKE_OVER_MS) await rm(marker, { force: true })
    return false
  }
  try {
    if ((await readHolder(marker))?.hold !== stale.hold) return false
    await unlink(file)
    return true
  } finally {
    await rm(marker, { force: true })
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOENT')) return false
    throw error
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const { pid, startedAt, hold } = JSON.parse(text) as Record<string, unknown>
  if (typeof pid !== 'number' || typeof startedAt !== 'string' || typeof hold !== 'string') throw new Error(`${file} is not a lock: delete it`)
  return { pid, startedAt, hold }
}
