import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Report } from './run-tests.ts'

/** A bundle in both forms: as a module, and as a script that leaves its exports in `bundled`. */
export interface BundledTests {
  readonly module: string
  readonly script: string
}

interface Runtime {
  readonly name: string
  /** Node's globals that it has. */
  readonly nodeGlobals: readonly string[]
  /** Files that make it run the tests and print their report as one line, and the command that does so in their folder. */
  readonly files: (tests: BundledTests) => Readonly<Record<string, string>>
  readonly command: readonly [string, ...string[]]
}

const bin = (name: string): string => resolve('node_modules/.bin', name)
const PRINT_IN_MODULE = "import { run } from './tests.mjs'\nconsole.log(JSON.stringify(await run()))\n"

const modules = ({ module }: BundledTests): Readonly<Record<string, string>> => ({ 'tests.mjs': module, 'main.mjs': PRINT_IN_MODULE })

/** `no_nodejs_compat`: else a worker of today is given part of Node's modules and globals. */
const WORKERD_CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .tests)]);
const tests :Workerd.Worker = (
  modules = [(name = "main.mjs", esModule = embed "main.mjs"), (name = "tests.mjs", esModule = embed "tests.mjs")],
  compatibilityDate = "2026-11-01",
  compatibilityFlags = ["no_nodejs_compat", "no_nodejs_compat_v2"],
);
`

/**
 * A realm of its own beside Node's, with what Vercel's edge functions have. Its encoders and digests make arrays of the other realm, which no
 * isolate does: so both have one class for them.
 */
const EDGE_RUNTIME = `import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
const { EdgeVM } = createRequire(${JSON.stringify(resolve('package.json'))})('@edge-runtime/vm')
const vm = new EdgeVM()
vm.context.Uint8Array = Uint8Array
vm.evaluate(readFileSync('tests.js', 'utf8'))
console.log(JSON.stringify(await vm.evaluate('bundled.run()')))
`

/** Where the core is to run. Each binary comes with the dev dependencies. */
export const RUNTIMES: readonly Runtime[] = [
  { name: 'Node', nodeGlobals: ['process', 'Buffer', 'global'], files: modules, command: [process.execPath, 'main.mjs'] },
  {
    name: 'Deno',
    nodeGlobals: ['process', 'Buffer', 'global'],
    files: modules,
    // No permission at all. csv-parse's build for browsers assigns to `__proto__`, which Deno takes away otherwise.
    command: [bin('deno'), 'run', '--unsafe-proto', '--no-prompt', '--no-config', '--no-npm', '--no-remote', 'main.mjs'],
  },
  {
    name: 'workerd',
    nodeGlobals: [],
    files: (tests) => ({
      'tests.mjs': tests.module,
      'main.mjs': "import { run } from './tests.mjs'\nexport default { async test() { console.log(JSON.stringify(await run())) } }\n",
      'config.capnp': WORKERD_CONFIG,
    }),
    command: [bin('workerd'), 'test', 'config.capnp'],
  },
  { name: 'the edge runtime', nodeGlobals: [], files: ({ script }) => ({ 'tests.js': script, 'main.mjs': EDGE_RUNTIME }), command: [process.execPath, 'main.mjs'] },
]

/** What a runtime prints: a few hundred characters for each test. */
const MAX_OUTPUT = 16 * 1024 * 1024

/** Runs bundled tests on a runtime, in a folder that goes with them. @throws with what it printed when it gives no report */
export async function runOn({ files, command: [program, ...args] }: Runtime, tests: BundledTests): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'threatfeed-edge-'))
  try {
    await Promise.all(Object.entries(files(tests)).map(([name, text]) => writeFile(join(folder, name), text)))
    const { stdout, stderr } = await output(program, args, folder)
    const line = stdout.split('\n').find((text) => text.startsWith('{'))
    if (line === undefined) throw new Error(`${program} reported nothing:\n${stdout.slice(-2_000)}\n${stderr.slice(-2_000)}`)
    return JSON.parse(line) as Report
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A runtime that ends with an error still shows what it printed. */
function output(program: string, args: readonly string[], cwd: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return new Promise((done) => {
    execFile(program, args, { cwd, maxBuffer: MAX_OUTPUT, env: { PATH: process.env['PATH'], NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' } }, (_, stdout, stderr) => {
      done({ stdout, stderr })
    })
  })
}
