import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ELASTICSEARCH_PORTS, elasticsearchNode } from '../elasticsearch/node.ts'
import { controlPlane, KUBERNETES_PORTS } from '../kubernetes/control-plane.ts'
import type { Server, ServerName } from '../server.ts'
import { TEMPORAL_PORTS, temporalDevServer } from '../temporal/dev-server.ts'
import { toolPath } from '../tools/tools.ts'

export const PORTS: Readonly<Record<ServerName, number>> = {
  temporal: TEMPORAL_PORTS,
  kubernetes: KUBERNETES_PORTS,
  elasticsearch: ELASTICSEARCH_PORTS,
}

export interface BuildOptions {
  /** The executable, or the folder that holds it. */
  readonly path: string
  readonly stateDir: string
  readonly ports: readonly number[]
  readonly dynamicConfig: readonly string[]
}

/** A server as it is started from a path in the cache or on the machine. */
export async function buildServer(name: ServerName, { path, stateDir, ports, dynamicConfig }: BuildOptions): Promise<Server> {
  const folder = join(stateDir, name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  switch (name) {
    case 'temporal':
      return temporalDevServer({ executable: path, folder, ports, dynamicConfig })
    case 'kubernetes':
      return controlPlane({ programs: path, folder, ports })
    case 'elasticsearch':
      return await elasticsearchNode({ java: await toolPath('jdk', process.env), home: path, folder, ports })
  }
}
