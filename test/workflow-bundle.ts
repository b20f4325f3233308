import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker'
import type {} from 'vitest'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of the workflows as one file, as a worker takes them. */
    workflowBundle: string
  }
}

/** The workflows bundled once for a run, which takes some seconds, in place of once for each file that starts a worker. */
export async function setup(project: TestProject): Promise<() => void> {
  mkdirSync('.local', { recursive: true })
  const folder = resolve(mkdtempSync(join('.local', 'workflows-')))
  const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url))
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') })
  const path = join(folder, 'workflow-bundle.js')
  writeFileSync(path, code)
  project.provide('workflowBundle', path)
  return () => {
    rmSync(folder, { recursive: true, force: true })
  }
}
