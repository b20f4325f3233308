import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { findKubectl } from '../../local/index.ts'

export interface Said {
  readonly stdout: string
  readonly stderr: string
}

/** The real kubectl. What it refuses is in `stderr`, with nothing in `stdout`. */
export async function runKubectl(kubeconfig: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> {
  const run = promisify(execFile)(await findKubectl(), ['--kubeconfig', kubeconfig, ...args], { env: { ...process.env, ...env } })
  return run.catch((error: Said & { code?: number }) => {
    if (typeof error.code !== 'number') throw error
    return { stdout: error.stdout, stderr: error.stderr }
  })
}
