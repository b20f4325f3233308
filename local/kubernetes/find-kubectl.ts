import { join } from 'node:path'
import { isMade, obtain } from '../cache/artifact.ts'
import { cacheFolder } from '../cache/cache-folder.ts'
import type { Report } from '../cache/step.ts'
import { findExecutable } from '../tools/find-executable.ts'
import { requireTools } from '../tools/tools.ts'
import { kubectlProgram } from './artifact.ts'

export interface KubectlOptions {
  readonly report?: Report
  readonly signal?: AbortSignal
}

/** @returns the path of the machine's kubectl, else of one built from what the API server is built from. */
export async function findKubectl({ report = () => undefined, signal }: KubectlOptions = {}): Promise<string> {
  const installed = await findExecutable('kubectl', process.env)
  if (installed !== undefined) return installed
  const cache = cacheFolder(process.env)
  const artifact = await kubectlProgram()
  if (!(await isMade(artifact, cache))) await requireTools(['go'], process.env)
  return join(await obtain(artifact, { cache, report, signal }), 'kubectl')
}
