import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startServers } from '../../local/index.ts'
import { openFeedServer } from '../end-to-end/feed-server.ts'
import { buildWorker } from './worker/build.ts'
import type { Ground } from './world/world.ts'

export interface OpenGround {
  readonly ground: Ground
  /** For files, removed at the end. */
  readonly folder: string
  close(): Promise<void>
}

/** @param given settings that reach servers which are there already, of which the API server is used. */
export async function openGround(given: Readonly<Record<string, string>> = {}): Promise<OpenGround> {
  mkdirSync('.local', { recursive: true })
  const folder = mkdtempSync(join('.local', 'reference-'))
  const only = ['KUBECONFIG' in given ? [] : ['kubernetes' as const], ['temporal' as const, 'elasticsearch' as const]].flat()
  const [servers, host, worker] = await Promise.all([startServers({ stateDir: join(folder, 'servers'), owned: true, only }), openFeedServer(), buildWorker(join(folder, 'worker'))])
  return {
    ground: { servers, env: { ...given, ...servers.env }, worker, host },
    folder,
    async close() {
      await host.close()
      await servers.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
