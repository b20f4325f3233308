import { resolve } from 'node:path'
import { cacheFolder } from './cache/cache-folder.ts'
import { withLock } from './cache/lock.ts'
import { step } from './cache/step.ts'
import type { Report } from './cache/step.ts'
import { applyDeployment } from './kubernetes/apply-deployment.ts'
import { detachedLauncher } from './process/launcher.ts'
import { supervisedLauncher } from './process/supervised-launcher.ts'
import { bringUp, findRunning } from './running/bring-up.ts'
import { serverHandle } from './running/server-handle.ts'
import type { RunningServers } from './running/server-handle.ts'
import { withoutOwn } from './running/own-environment.ts'
import { reach } from './running/reach.ts'
import { SERVER_NAMES } from './server.ts'
import type { Server, ServerName } from './server.ts'
import { findSource, toolsFor } from './sources.ts'
import type { Source } from './sources.ts'
import { openState, statePaths } from './state/state-file.ts'
import type { Environment } from './tools/find-executable.ts'
import { requireTools } from './tools/tools.ts'

export interface StartOptions<Name extends ServerName = ServerName> {
  /** Where the servers' data, logs and pids are. Servers that run from the same folder are found and used. */
  readonly stateDir: string
  /** Owned servers end, and their data goes, with this process, however it ends. Others run on until `stopServers`. */
  readonly owned: boolean
  /** One line per step. @default says nothing */
  readonly report?: Report
  /** @default all */
  readonly only?: readonly Name[]
  readonly signal?: AbortSignal
  /** For the Temporal dev server: `key=value`, the value in JSON. */
  readonly dynamicConfig?: readonly string[]
  /** Apply the CRDs, policy and RBAC of deploy/. @default true */
  readonly deploy?: boolean
  /** @default process.env */
  readonly environment?: Environment
}

/**
 * Starts the servers that do not run yet, each from the first of its sources, and waits until all serve.
 * @throws one error: what is missing on the machine, what is not as it was recorded, or which server did not come up and why.
 */
export async function startServers<Name extends ServerName = ServerName>(options: StartOptions<Name>): Promise<RunningServers<Name>> {
  const stateDir = resolve(options.stateDir)
  const report = options.report ?? (() => undefined)
  const waiting = (pid: number): void => report(`process ${pid} is starting or stopping these servers, waiting`)
  const lock = { signal: options.signal, waiting }
  return withLock(`${stateDir}.lock`, () => startLocked({ ...options, stateDir, report }), lock)
}

async function startLocked<Name extends ServerName>(options: StartOptions<Name> & { readonly report: Report }): Promise<RunningServers<Name>> {
  const { stateDir, owned, report, dynamicConfig = [], environment = process.env } = options
  const names: readonly ServerName[] = options.only ?? SERVER_NAMES
  const state = openState(stateDir)
  const found = new Map<ServerName, Server>()
  for (const name of names) {
    const record = state.here(name)
    const server = record && (await findRunning(name, record, stateDir))
    if (server === undefined) continue
    found.set(name, server)
    report(`${name}: runs already`)
  }

  const cache = cacheFolder(environment)
  const sources = await findSources(names.filter((name) => !found.has(name)), withoutOwn(environment, stateDir, state, new Set(found.keys())))
  const tools = await Promise.all([...sources].map(([name, source]) => toolsFor(name, source, cache)))
  await requireTools(tools.flat(), environment)

  const launcher = owned ? supervisedLauncher(state.isEmpty() ? statePaths(stateDir) : []) : detachedLauncher
  const failed = new AbortController()
  const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal])
  const handle = serverHandle<Name>({ state, stateDir, names, found, launcher, owned })
  const start = async ([name, source]: [ServerName, Source]): Promise<void> => {
    if (source.from === 'environment') {
      await reach(name, source.variable, { [name]: source.address })
      state.set(name, { from: 'environment', address: source.address })
      report(`${name}: ${source.variable} is used`)
    } else {
      await bringUp(name, source, state.here(name), { cache, stateDir, launcher, dynamicConfig, report, signal, save: state.set })
    }
  }
  // One that fails ends the others' start; what is reported is the first failure, not what followed from it.
  let first: unknown
  const outcomes = await Promise.allSettled([...sources].map((entry) => start(entry).catch((error: unknown) => {
    if (!failed.signal.aborted) first = options.signal?.aborted ? options.signal.reason : error
    failed.abort(error)
    throw error
  })))
  try {
    if (outcomes.some(({ status }) => status === 'rejected')) throw first
    const kubernetes = state.address('kubernetes')
    if (names.includes('kubernetes') && kubernetes !== undefined && options.deploy !== false) {
      await step(report, `kubernetes: apply deploy/ to ${kubernetes.url}`, undefined, () => applyDeployment(kubernetes.kubeconfig, { signal }))
    }
    return handle.running()
  } catch (error) {
    await handle.end()
    throw error
  }
}

async function findSources(names: readonly ServerName[], environment: Environment): Promise<ReadonlyMap<ServerName, Source>> {
  const sources = new Map<ServerName, Source>()
  for (const name of names) sources.set(name, await findSource(name, environment))
  return sources
}
