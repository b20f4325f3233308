import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { WorkerOptions } from '@temporalio/worker'
import { PACKAGE_ROOT } from './package-root.ts'

/** The bundle that was built ahead, else the sources, bundled when the worker starts. */
export function workflowSource(fromSources = false, root: string = PACKAGE_ROOT): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const codePath = join(root, 'dist', 'workflow-bundle.js')
  if (!fromSources && existsSync(codePath)) return { workflowBundle: { codePath } }
  return { workflowsPath: join(root, 'workflows', 'index.ts') }
}
