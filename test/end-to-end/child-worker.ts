import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const runner = fileURLToPath(new URL('../local/run-typescript.mjs', import.meta.url))
const workerProcess = fileURLToPath(new URL('worker-process.ts', import.meta.url))

/** A worker in a process of its own, so that it can be killed as the kernel kills: without a word. */
export class ChildWorker {
  readonly #child: ChildProcess
  #output = ''

  private constructor(env: Readonly<Record<string, string>>, program: readonly string[]) {
    this.#child = spawn(process.execPath, [...program], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()))
  }

  /** @param program what node runs, with its arguments. @default worker-process.ts */
  static async start(env: Readonly<Record<string, string>>, program: readonly string[] = [runner, workerProcess]): Promise<ChildWorker> {
    const worker = new ChildWorker(env, program)
    await new Promise<void>((resolve, reject) => {
      worker.#child.stdout?.on('data', () => {
        if (worker.#output.includes('ready\n')) resolve()
      })
      worker.#child.once('exit', (code) => reject(new Error(`the worker ended with ${String(code)}: ${worker.#output.slice(-2000)}`)))
    })
    return worker
  }

  get output(): string {
    return this.#output
  }

  /** Such as SIGSTOP, after which it neither works nor ends, and SIGCONT. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill(signal)
    await ended
  }
}
