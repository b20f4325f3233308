import { spawn } from 'node:child_process'

/** What is kept of a command's output, for its error. */
const OUTPUT_BYTES = 256 * 1024
const GRACE_MS = 5_000
const TAIL_LINES = 15

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal | undefined
}

/** Runs a program to its end. @returns its standard output. @throws with the end of its output when it fails. */
export function runCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted()
    const child = spawn(program, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let all = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-OUTPUT_BYTES)
      all = (all + text).slice(-OUTPUT_BYTES)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (all = (all + text).slice(-OUTPUT_BYTES)))

    let killer: NodeJS.Timeout | undefined
    const abort = (): void => {
      child.kill('SIGTERM')
      killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
    }
    options.signal?.addEventListener('abort', abort, { once: true })
    const settle = (error?: Error): void => {
      options.signal?.removeEventListener('abort', abort)
      clearTimeout(killer)
      if (options.signal?.aborted) reject(options.signal.reason)
      else if (error) reject(error)
      else resolve(output)
    }
    child.once('error', (error) => settle(new Error(`${program} cannot be run: ${error.message}`)))
    child.once('close', (code, signal) => {
      if (code === 0) settle()
      else settle(new Error(`${[program, ...args].join(' ')}\nended with ${code ?? signal}:\n${all.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')}`))
    })
  })
}
