import { join } from 'node:path'
import { obtain } from '../cache/artifact.ts'
import { step } from '../cache/step.ts'
import type { Report } from '../cache/step.ts'
import { freePorts, isFree } from '../process/free-port.ts'
import type { Launcher } from '../process/launcher.ts'
import { isRunning } from '../process/process-identity.ts'
import type { Server, ServerName } from '../server.ts'
import type { Source } from '../sources.ts'
import type { HereRecord } from '../state/state-file.ts'
import { buildServer, PORTS } from './build-server.ts'
import { endProcesses, runServer, ServerFailed, serves } from './run-server.ts'
import type { RunningProcess } from './run-server.ts'

/** Another program may take a port between our look and the server's start. */
const PORT_TRIES = 3

export interface BringUp {
  readonly cache: string
  readonly stateDir: string
  readonly launcher: Launcher
  readonly dynamicConfig: readonly string[]
  readonly report: Report
  readonly signal: AbortSignal
  readonly save: (name: ServerName, record: HereRecord) => void
  /** @default freePorts */
  readonly findPorts?: (count: number) => Promise<readonly number[]>
}

/** @returns the server that an earlier call has started, when it still runs and serves. */
export async function findRunning(name: ServerName, record: HereRecord, stateDir: string): Promise<Server | undefined> {
  if (!record.processes.every(isRunning)) return undefined
  const server = await buildServer(name, { ...record, stateDir })
  return (await serves(server)) ? server : undefined
}

/** Fetches or builds a server if need be, and starts it; on the ports it had before if they are free. */
export async function bringUp(name: ServerName, source: Exclude<Source, { from: 'environment' }>, last: HereRecord | undefined, options: BringUp): Promise<Server> {
  const { cache, stateDir, launcher, dynamicConfig, report, signal, save, findPorts = freePorts } = options
  if (last !== undefined) await endProcesses(last.processes, 'SIGKILL')
  const path = source.from === 'machine' ? source.path : join(await obtain(source.artifact, { cache, report, signal }), source.program)
  const title = source.from === 'machine' ? `${name} from ${source.found}` : source.artifact.title

  for (let tries = 1; ; tries++) {
    const again = tries === 1 && (await stillFree(name, last?.ports))
    const ports = again || (await findPorts(PORTS[name]))
    const server = await buildServer(name, { path, stateDir, ports, dynamicConfig })
    const started = (processes: readonly RunningProcess[]): void =>
      save(name, { from: 'here', address: server.address, path, ports, dynamicConfig, processes })
    try {
      await step(report, `${title}: start`, undefined, () => runServer(server, { launcher, started, signal }))
      return server
    } catch (error) {
      const taken = error instanceof ServerFailed && /address already in use|BindException/i.test(error.message)
      if (!taken || tries === PORT_TRIES) throw error
    }
  }
}

/** @returns the ports of the last time, so that addresses stay what they were. */
async function stillFree(name: ServerName, last: readonly number[] | undefined): Promise<readonly number[] | false> {
  return last?.length === PORTS[name] && (await Promise.all(last.map(isFree))).every(Boolean) ? last : false
}
