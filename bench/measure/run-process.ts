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
  /** The most memory it held, in bytes; null where the system does not tell (only Linux does), or the process was too short to be asked. */
  readonly peakBytes: number | null
}

const LOOK_EVERY_MS = 4
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
    let peakBytes: number | null = null
    const looking = setInterval(() => {
      peakBytes = peakOf(child.pid) ?? peakBytes
    }, LOOK_EVERY_MS)
    try {
      const exited = once(child, 'exit').then(() => performance.now())
      const [ended, [code, signal]] = (await Promise.all([exited, once(child, 'close')])) as [number, [number | null, string | null]]
      const wallMs = ended - started
      if (code !== 0) throw new Error(`it ended with ${code ?? signal ?? 'no code'}\n${errors.trim()}`)
      return { wallMs, peakBytes }
    } finally {
      clearInterval(looking)
    }
  } finally {
    closeSync(file)
  }
}

/**
 * The high-water mark that the kernel keeps. The figure of `getrusage` will not do: after a fork it begins with what the parent held.
 */
function peakOf(pid: number | undefined): number | null {
  if (pid === undefined) return null
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kibibytes === undefined ? null : Number(kibibytes) * 1024
  } catch {
    return null
  }
}
