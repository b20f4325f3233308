import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { build } from 'vite'

export interface BuiltWorker {
  /** What node runs. */
  readonly program: string
  readonly env: Readonly<Record<string, string>>
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Makes programs of the worker and of its workflows once, so that each of the many starts takes a second. */
export async function buildWorker(folder: string): Promise<BuiltWorker> {
  const outDir = resolve(folder)
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: here('main.ts'), outDir, target: 'node20', minify: false, rollupOptions: { output: { entryFileNames: 'worker.mjs' } } },
  })
  const { code } = await bundleWorkflowCode({
    workflowsPath: here('../../../workflows/index.ts'),
    workflowInterceptorModules: [here('short-timeouts.ts')],
    logger: new DefaultLogger('ERROR'),
  })
  const workflows = join(outDir, 'workflows.js')
  await writeFile(workflows, code)
  return { program: join(outDir, 'worker.mjs'), env: { REFERENCE_WORKFLOWS: workflows } }
}
