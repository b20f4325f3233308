import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'

/** Addresses of other servers must not decide what these tests start. */
const CLEARED = { TEMPORAL_ADDRESS: '', KUBECONFIG: '', ELASTICSEARCH_URL: '', KUBEBUILDER_ASSETS: '' }

export interface Ended {
  readonly code: number | null
  readonly output: string
  readonly error: string
}

/** A TypeScript file in a process of its own. */
export function startTypescript(file: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
  const env = { ...process.env, ...CLEARED, ...environment }
  return spawn(process.execPath, ['test/local/run-typescript.mjs', file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

export function collect(child: ChildProcess): Promise<Ended> {
  let output = ''
  let error = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (error += text))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output, error })))
}

/** `npm run local -- ...` from the sources. */
export function local(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return collect(startTypescript('local/main.ts', args, environment))
}
