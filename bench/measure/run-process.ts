import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'

export interface Program {
  readonly command: string
  readonly args: readonly string[]
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
}

export interface ProcessRun {
  /** From the start of the process to its end, in milliseconds. */
  readonly wallMs: number
  /** What the system says of it while it runs; null where it does not (only Linux does), or the process was too short to be asked. */
  readonly usage: Usage | null
}

export interface Usage {
  /** The most memory it has held, in bytes. */
  readonly peakBytes: number
  /** Processor time of all its threads, in steps of 10 ms: on a busy machine more telling than the time from start to end. */
  readonly cpuMs: number
}

const LOOK_EVERY_MS = 4
/** The kernel tells times in these, on every common architecture. */
const TICK_MS = 10
const SHOWN_CHARACTERS = 2_000

/**
 * Runs a program to its end, with standard output written to a file: reading it would be work of this process.
 * @throws Error with the end of what it wrote to standard error, when it cannot be started or does not end with 0.
 */
export async function runProcess({ command, args, env }: Program, output: string): Promise<ProcessRun> {
  const file = openSync(output, 'w')
  try {
    const started = performance.now()
    const child = spawn(command, args, { stdio: ['ignore', file, 'pipe'], env: { ...process.env, ...env } })
    let errors = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-SHOWN_CHARACTERS)
    })
    let usage: Usage | null = null
    const looking = setInterval(() => {
      usage = usageOf(child.pid) ?? usage
    }, LOOK_EVERY_MS)
    try {
      const exited = once(child, 'exit').then(() => performance.now())
      const [ended, [code, signal]] = (await Promise.all([exited, once(child, 'close')])) as [number, [number | null, string | null]]
      const wallMs = ended - started
      if (code !== 0) throw new Error(`it ended with ${code ?? signal ?? 'no code'}\n${errors.trim()}`)
      return { wallMs, usage }
    } finally {
      clearInterval(looking)
    }
  } finally {
    closeSync(file)
  }
}

/**
 * The high-water mark is the kernel's own, so that looking now and then is enough. That of `getrusage` will not do: after a fork it
 * begins with what the parent held.
 */
export function usageOf(pid: number | undefined): Usage | null {
  if (pid === undefined) return null
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    // The name of the program comes before, in parentheses, and may hold spaces; user and system time are fields 14 and 15.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')
    if (kibibytes === undefined || fields === undefined) return null
    return { peakBytes: Number(kibibytes) * 1024, cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS }
  } catch {
    return null
  }
}
