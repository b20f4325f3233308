import { mkdirSync, mkdtempSync } from 'node:fs'
import type {} from 'vitest'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startServers } from '../local/index.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The settings that reach this run's servers: TEMPORAL_ADDRESS, ELASTICSEARCH_URL, KUBECONFIG and the rest of `local -- env`. */
    servers: Record<string, string>
    /** Where Temporal serves its HTTP API; TEMPORAL_HTTP_URL for a server of others. */
    temporalHttpUrl: string
  }
}

/** Servers of others that a run is given by its environment. */
const ADDRESSES = ['TEMPORAL_ADDRESS', 'KUBECONFIG', 'ELASTICSEARCH_URL']

/**
 * Real servers for one run of the integration tests; they end with it, however it ends. Those whose addresses stand in the environment
 * are used as they are. Tests are told by `inject` alone: one that starts servers of its own, to stop them, must not find these.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  mkdirSync('.local', { recursive: true })
  const servers = await startServers({ stateDir: mkdtempSync(join('.local', 'test-')), owned: true })
  project.provide('servers', { ...servers.env })
  project.provide('temporalHttpUrl', servers.temporal.httpUrl ?? process.env['TEMPORAL_HTTP_URL'] ?? '')
  for (const name of ADDRESSES) Reflect.deleteProperty(process.env, name)
  return () => servers.stop()
}
