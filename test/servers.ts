import { mkdirSync, mkdtempSync } from 'node:fs'
import type {} from 'vitest'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startServers } from '../local/index.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The settings that reach this run's servers: TEMPORAL_ADDRESS, ELASTICSEARCH_URL, KUBECONFIG and the rest of `local -- env`. */
    servers: Record<string, string>
  }
}

/** Real servers for one run of the integration tests; they end with it, however it ends. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  mkdirSync('.local', { recursive: true })
  const servers = await startServers({ stateDir: mkdtempSync(join('.local', 'test-')), owned: true })
  project.provide('servers', { ...servers.env })
  return () => servers.stop()
}
