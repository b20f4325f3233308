import { mkdirSync, mkdtempSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { obtain } from '../local/cache/artifact.ts'
import { cacheFolder } from '../local/cache/cache-folder.ts'
import { elasticsearchHome } from '../local/elasticsearch/artifact.ts'
import { ELASTICSEARCH_PORTS, elasticsearchNode } from '../local/elasticsearch/node.ts'
import { freePorts } from '../local/process/free-port.ts'
import { endProcess } from '../local/process/process-identity.ts'
import type { ProcessIdentity } from '../local/process/process-identity.ts'
import { supervisedLauncher } from '../local/process/supervised-launcher.ts'
import { runServer } from '../local/running/run-server.ts'
import { findJdk } from '../local/tools/find-jdk.ts'

/** One node of a test's own cluster, to be killed and started again. */
export interface OwnNode {
  readonly url: string
  /** Returns when it serves, at once if it was not killed. */
  start(): Promise<void>
  /** With SIGKILL; returns when it is gone. */
  kill(): Promise<void>
}

export interface OwnElasticsearch {
  /** In the order of their names; the first is the only one that may be master. */
  readonly nodes: readonly OwnNode[]
  /** Where the nodes may keep snapshots (`path.repo`). */
  readonly snapshots: string
  close(): Promise<void>
}

/** A running cluster of Elasticsearch for one test file, with a node for each name; it ends with this process at the latest. */
export async function ownElasticsearch(names: readonly string[]): Promise<OwnElasticsearch> {
  const jdk = await findJdk(process.env)
  const cache = cacheFolder(process.env)
  const home = await obtain(await elasticsearchHome(), { cache, report: (line) => process.stderr.write(`${line}\n`) })
  mkdirSync('.local', { recursive: true })
  const folder = resolve(mkdtempSync(join('.local', 'nodes-')))
  const snapshots = join(folder, 'snapshots')
  const launcher = supervisedLauncher([folder, dirname(folder)])
  const ports = await freePorts(ELASTICSEARCH_PORTS * names.length)
  const [first = ''] = names
  const together = {
    'cluster.name': 'own',
    'path.repo': JSON.stringify(snapshots),
    'discovery.type': 'multi-node',
    'discovery.seed_hosts': JSON.stringify([`127.0.0.1:${String(ports[1])}`]),
    'cluster.initial_master_nodes': JSON.stringify([first]),
  }
  const nodes = names.map((name, at): OwnNode => {
    const [http = 0, transport = 0] = ports.slice(ELASTICSEARCH_PORTS * at)
    let running: ProcessIdentity | undefined
    return {
      url: `http://127.0.0.1:${http}`,
      async start() {
        if (running !== undefined) return
        const settings = { ...together, 'node.name': name, 'node.roles': name === first ? '[master, data]' : '[data]' }
        const place = join(folder, name)
        mkdirSync(place, { recursive: true })
        const server = await elasticsearchNode({ java: jdk?.java ?? 'java', home, folder: place, ports: [http, transport], settings })
        await runServer(server, { launcher, started: ([process]) => (running = process) })
      },
      async kill() {
        if (running !== undefined) await endProcess(running, 'SIGKILL', 10_000)
        running = undefined
      },
    }
  })
  try {
    for (const node of nodes) await node.start()
  } catch (error) {
    await launcher.close(false)
    throw error
  }
  return { nodes, snapshots, close: () => launcher.close(false) }
}
