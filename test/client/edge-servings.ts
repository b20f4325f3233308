import { resolve } from 'node:path'
import { ClientError, type ClientErrorCode } from '../../client/client-error.ts'
import { bundle } from '../edge/bundle.ts'
import { type Serving, type ServingRuntime, serveOn } from '../../bench/receiver/servings.ts'
import type { ClientUnderTest } from './contracts/feed-client.ts'

/** What examples/edge-worker.ts is bound to. */
export type EdgeBindings = Readonly<Record<'TEMPORAL_HTTP_URL' | 'CLUSTER_NAME' | 'CALLER_TOKEN', string>>

const workerBundle = async (): Promise<string> => (await bundle("export { default } from './examples/edge-worker.ts'")).code

/** `no_nodejs_compat`: else a worker of today is given part of Node's modules and globals. What it may reach is this machine. */
const workerdConfig = (bindings: EdgeBindings, port: number): string => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .edge), (name = "internet", network = (allow = ["private", "local"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const edge :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-11-01",
  compatibilityFlags = ["no_nodejs_compat", "no_nodejs_compat_v2"],
  bindings = [${Object.entries(bindings)
    .map(([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`)
    .join(', ')}],
);
`

/** Where examples/edge-worker.ts is served, beside Node. Deno gives a worker no bindings; it may reach Temporal and nothing else. */
const RUNTIMES = {
  workerd: (bindings: EdgeBindings): ServingRuntime => ({
    name: 'workerd',
    prepare: async (_, port) => ({
      files: { 'worker.mjs': await workerBundle(), 'config.capnp': workerdConfig(bindings, port) },
      command: [resolve('node_modules/.bin/workerd'), 'serve', 'config.capnp'],
    }),
  }),
  Deno: (bindings: EdgeBindings): ServingRuntime => ({
    name: 'Deno',
    prepare: async (_, port) => ({
      files: {
        'worker.mjs': await workerBundle(),
        'main.mjs': `import worker from './worker.mjs'\nexport default { fetch: (request) => worker.fetch(request, ${JSON.stringify(bindings)}) }\n`,
      },
      command: [
        ...[resolve('node_modules/.bin/deno'), 'serve', '--no-prompt', '--no-config', '--no-npm', '--no-remote'],
        ...[`--allow-net=${new URL(bindings.TEMPORAL_HTTP_URL).host}`, '--host=127.0.0.1', `--port=${port}`, 'main.mjs'],
      ] as [string, ...string[]],
    }),
  }),
} as const

export const EDGE_RUNTIMES = ['workerd', 'Deno'] as const

export function serveEdge(runtime: (typeof EDGE_RUNTIMES)[number], bindings: EdgeBindings): Promise<Serving> {
  return serveOn(RUNTIMES[runtime](bindings), {})
}

/** The edge client where it is served, called over HTTP. */
export function servedClient({ url }: Serving, token: string): ClientUnderTest {
  const call = async (method: 'GET' | 'POST', path: string): Promise<never> => {
    const response = await fetch(`${url}/feeds${path}`, { method, headers: { authorization: `Bearer ${token}` } })
    const body: unknown = await response.json()
    if (response.ok) return body as never
    const { code, message = '' } = body as { readonly code: ClientErrorCode; readonly message?: string }
    throw new ClientError(code, message)
  }
  return {
    start: (name) => call('POST', `/${name}/start`),
    cancel: (name) => call('POST', `/${name}/cancel`),
    refresh: (name, wait) => call('POST', `/${name}/refresh${wait ? '?wait' : ''}`),
    list: () => call('GET', ''),
    describe: (name) => call('GET', `/${name}`),
  }
}
