import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

/** Deno itself, as the dev dependencies bring it. */
export const DENO = resolve('node_modules/.bin/deno')

/** What Deno needs for itself, whatever it runs: where to keep what it compiled, and no questions to a terminal or the network. */
export const OF_DENO = { PATH: process.env['PATH'] ?? '', DENO_DIR: resolve('.local/deno'), NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' }

/** A program under Deno. What it prints to both outputs is kept in one text. */
export class DenoProcess {
  readonly #child: ChildProcess
  #output = ''
  /** With the exit code, or null after a signal. */
  readonly ended: Promise<number | null>

  /**
   * @param args after `deno`.
   * @param env all that it is given beside what Deno needs for itself; nothing of this process's own.
   */
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(DENO, [...args], { env: { ...OF_DENO, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text))
    this.ended = once(this.#child, 'close').then(([code]: (number | null)[]) => code ?? null)
  }

  get output(): string {
    return this.#output
  }

  /** Waits until it has printed a text. @throws with all it printed when it ends before. */
  async printed(text: string): Promise<void> {
    await new Promise<void>((done, failed) => {
      const look = (): void => {
        if (this.#output.includes(text)) done()
      }
      for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', look)
      look()
      void this.ended.then((code) => failed(new Error(`ended with ${String(code)} before it printed ${text}:\n${this.#output.slice(-4000)}`)))
    })
  }

  /** Ends it, and waits for that. @returns its exit code */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal)
    return await this.ended
  }
}
