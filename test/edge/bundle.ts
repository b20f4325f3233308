import { resolve } from 'node:path'
import { build, type BuildResult, type Plugin } from 'esbuild'
import { idnaRows } from '../domain/names/idna-test-v2.ts'

/** As `tsconfig.json`: what the strictest runtime here reads too. */
const TARGET = 'es2022'

interface BundleOptions {
  readonly format?: 'esm' | 'iife'
  readonly alias?: Readonly<Record<string, string>>
  readonly minify?: boolean
  /** Packages that are left out, to be had otherwise. */
  readonly external?: readonly string[]
  readonly define?: Readonly<Record<string, string>>
  readonly plugins?: readonly Plugin[]
}

export interface Bundle {
  readonly code: string
  /** Files and packages it is made of, from the project's folder. */
  readonly inputs: readonly string[]
}

/**
 * One module of web standards alone. Nothing stands in for what Node brings, so that an import of it, by whatever is bundled, is an error here.
 *
 * @param code what the bundle does, importing from the project's folder.
 */
export async function bundle(code: string, { format = 'esm', alias = {}, minify = false, external = [], define = {}, plugins = [] }: BundleOptions = {}): Promise<Bundle> {
  const result: BuildResult<{ write: false; metafile: true }> = await build({
    stdin: { contents: code, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    format,
    globalName: 'bundled',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['worker', 'browser', 'import'],
    target: TARGET,
    minify,
    external: [...external],
    alias: { ...alias },
    define: { ...define },
    plugins: [...plugins],
    logLevel: 'silent',
  })
  const [output] = result.outputFiles
  if (output === undefined) throw new Error('nothing was bundled')
  return { code: output.text, inputs: Object.keys(result.metafile.inputs).filter((name) => name !== '<stdin>') }
}

/**
 * Test files in one module, whose `run()` runs them (`run-tests.ts`). They are the files that vitest runs in Node, with the same number of
 * tries for each property.
 */
export function bundleTests(files: readonly string[], options: BundleOptions = {}): Promise<Bundle> {
  const imports = files.map((file) => `${JSON.stringify(file)}: () => import('./${file}'),`)
  const code = `import { runTests } from './test/edge/run-tests.ts'\nexport const run = () => runTests({\n${imports.join('\n')}\n})\n`
  return bundle(code, {
    ...options,
    alias: { vitest: resolve('test/edge/web-vitest.ts'), 'csv-parse/sync': 'csv-parse/browser/esm/sync', ...options.alias },
    define: { process: 'undefined', 'process.env': '{"PROPERTY_RUNS":"25","FC_RUNS":"60"}' },
    plugins: [fixtures],
  })
}

/** A file that Node reads while tests run is read while they are bundled. */
const fixtures: Plugin = {
  name: 'fixtures',
  setup({ onLoad }) {
    onLoad({ filter: /\/idna-test-v2\.ts$/ }, () => ({ contents: `export const idnaRows = () => ${JSON.stringify(idnaRows())}`, loader: 'js' }))
  },
}
