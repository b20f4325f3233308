import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger, type Logger, type WorkerOptions } from '@temporalio/worker'
import { PACKAGE_ROOT } from './package-root.ts'

/** The bundle that the build made, else one made now of the sources, which takes some seconds. Both workers are given the same. */
export async function workflowSource(fromSources: boolean, logger: Logger): Promise<Pick<WorkerOptions, 'workflowBundle'>> {
  const codePath = join(PACKAGE_ROOT, 'dist', 'workflow-bundle.js')
  if (!fromSources && existsSync(codePath)) return { workflowBundle: { codePath } }
  logger.info('bundling the workflows from their sources')
  return { workflowBundle: await bundleWorkflowCode({ workflowsPath: join(PACKAGE_ROOT, 'workflows', 'index.ts'), logger: new DefaultLogger('ERROR') }) }
}
