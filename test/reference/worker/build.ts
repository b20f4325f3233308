import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { build } from 'vite'

export interface BuiltWorker {
  /** What node runs. */
  readonly program: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Makes programs of the worker and of its workflows once, so that each of the many starts takes a second.
 * @param root of the project's sources, which may be a damaged copy.
 */
export async function buildWorker(folder: string, root = '.'): Promise<BuiltWorker> {
  const outDir = resolve(folder)
  const source = (path: string): string => resolve(root, path)
  await build({
    configFile: false,
    root: resolve(root),
    logLevel: 'error',
    build: { ssr: source('test/reference/worker/main.ts'), outDir, target: 'node20', minify: false, rollupOptions: { output: { entryFileNames: 'worker.mjs' } } },
  })
  const { code } = await bundleWorkflowCode({
    workflowsPath: source('workflows/index.ts'),
    workflowInterceptorModules: [source('test/reference/worker/short-timeouts.ts')],
    logger: new DefaultLogger('ERROR'),
  })
  const workflows = join(outDir, 'workflows.js')
  await writeFile(workflows, code)
  return { program: join(outDir, 'worker.mjs'), env: { REFERENCE_WORKFLOWS: workflows } }
}
