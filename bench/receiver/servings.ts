import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build, type BuildOptions } from 'esbuild'
import { freePorts } from '../../local/process/free-port.ts'
import { RECEIVER_SETTINGS } from '../../receiver/settings.ts'

type Environment = Readonly<Record<string, string>>

interface Prepared {
  readonly files: Readonly<Record<string, string>>
  readonly command: readonly [string, ...string[]]
}

export interface ServingRuntime {
  readonly name: string
  /** Its files and the command that serves them on a port of loopback. */
  readonly prepare: (env: Environment, port: number) => Promise<Prepared>
}

/** The receiver, served by a process of its own. */
export interface Serving {
  readonly url: string
  /** The most memory that the process has held so far, MB. */
  readonly peakMB: () => Promise<number>
  /** Processor time of all its threads so far, in steps of 10 ms. */
  readonly cpuMs: () => Promise<number>
  /** From its start to its first answer, milliseconds. */
  readonly startMs: number
  /** What it printed so far. */
  readonly log: () => string
  readonly stop: () => Promise<void>
}

const bin = (name: string): string => resolve('node_modules/.bin', name)

/** As a platform bundles an entry: web standards alone, so that an import of Node's is an error here. */
const WEB: BuildOptions = { platform: 'neutral', mainFields: ['module', 'main'], conditions: ['worker', 'browser', 'import'], target: 'es2022' }
const NODE: BuildOptions = { platform: 'node', target: 'node20' }

/** The receiver for a runtime in one module. */
export async function receiverBundle(entry: 'node' | 'deno' | 'worker'): Promise<string> {
  const options = entry === 'node' ? NODE : WEB
  const { outputFiles } = await build({ ...options, entryPoints: [`receiver/${entry}.ts`], bundle: true, minify: true, write: false, format: 'esm', logLevel: 'silent' })
  const [module] = outputFiles ?? []
  if (module === undefined) throw new Error(`receiver/${entry}.ts was not bundled`)
  return module.text
}

function workerdConfig(env: Environment, port: number): string {
  const bindings = Object.entries(env).map(([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`)
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .receiver), (name = "internet", network = (allow = ["private", "local"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const receiver :Workerd.Worker = (
  modules = [(name = "main.mjs", esModule = embed "main.mjs")],
  compatibilityDate = "2026-11-01",
  compatibilityFlags = ["no_nodejs_compat", "no_nodejs_compat_v2"],
  bindings = [${bindings.join(', ')}],
);
`
}

/** Where the receiver is to serve; Node's heap ends at 128 MB, as an isolate of Cloudflare's does. */
export const SERVING_RUNTIMES: readonly ServingRuntime[] = [
  {
    name: 'Node',
    prepare: async () => ({ files: { 'main.mjs': await receiverBundle('node') }, command: [process.execPath, '--max-old-space-size=128', 'main.mjs'] }),
  },
  {
    name: 'Deno',
    prepare: async (env, port) => ({
      files: { 'main.mjs': await receiverBundle('deno') },
      command: [
        bin('deno'),
        'serve',
        '--unsafe-proto',
        '--no-prompt',
        '--no-config',
        '--no-npm',
        '--no-remote',
        `--allow-net=${[env['ELASTICSEARCH_URL'], env['TEMPORAL_HTTP_URL']].flatMap((url) => (url === undefined ? [] : [new URL(url).host])).join()}`,
        `--allow-env=${[...new Set([...RECEIVER_SETTINGS.map(({ name }) => name), ...Object.keys(env)])].join()}`,
        '--host=127.0.0.1',
        `--port=${port}`,
        'main.mjs',
      ],
    }),
  },
  {
    name: 'workerd',
    prepare: async (env, port) => ({
      files: { 'main.mjs': await receiverBundle('worker'), 'config.capnp': workerdConfig(env, port) },
      command: [bin('workerd'), 'serve', 'config.capnp'],
    }),
  },
]

/** Serves the receiver on a runtime, with these settings and no others, until it is stopped. */
export async function serveOn({ prepare }: ServingRuntime, env: Environment): Promise<Serving> {
  const [port = 0] = await freePorts(1)
  const { files, command } = await prepare(env, port)
  const folder = await mkdtemp(join(tmpdir(), 'threatfeed-receiver-'))
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
  const [program, ...args] = command
  const begun = performance.now()
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1', ...env, RECEIVER_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (log += text))
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${port}`
  try {
    await answering(url, () => child.exitCode)
  } catch (error) {
    await stop()
    throw new Error(`${program} did not serve: ${log.slice(-2_000)}`, { cause: error })
  }
  const startMs = performance.now() - begun
  const proc = (file: string): Promise<string> => readFile(`/proc/${String(child.pid)}/${file}`, 'utf8')
  return {
    url,
    startMs,
    log: () => log,
    stop,
    async peakMB() {
      return (Number(/VmHWM:\s+(\d+) kB/.exec(await proc('status'))?.[1]) * 1024) / 1e6
    },
    async cpuMs() {
      // Behind the name, which stands in parentheses: fields 14 and 15, in hundredths of a second.
      const [user, system] = (await proc('stat')).replace(/^.*\) /s, '').split(' ').slice(11, 13).map(Number)
      return ((user ?? 0) + (system ?? 0)) * 10
    },
  }
}

async function answering(url: string, exitCode: () => number | null): Promise<void> {
  const end = performance.now() + 60_000
  for (;;) {
    const status = await fetch(url).then((answer) => answer.status, () => null)
    if (status === 404) return
    if (exitCode() !== null || performance.now() > end) throw new Error(`ended with ${String(exitCode())}, answered ${String(status)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
