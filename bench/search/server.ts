import { readFileSync, readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { elasticsearchClient } from '../../adapters/elasticsearch/client.ts'
import { obtain } from '../../local/cache/artifact.ts'
import { cacheFolder } from '../../local/cache/cache-folder.ts'
import { elasticsearchHome } from '../../local/elasticsearch/artifact.ts'
import { ELASTICSEARCH_PORTS, elasticsearchNode } from '../../local/elasticsearch/node.ts'
import { freePorts } from '../../local/process/free-port.ts'
import { supervisedLauncher } from '../../local/process/supervised-launcher.ts'
import { runServer } from '../../local/running/run-server.ts'
import { toolPath } from '../../local/tools/tools.ts'

/** As docs/performance.md has it: what a small production node has, and all logs of the bench lie in its page cache beside it. */
const HEAP_MB = 2_048
const IDLE_MS = 5_000

export type Client = ReturnType<typeof elasticsearchClient>

/** One request, by what it does. */
export interface Asked {
  readonly method: string
  readonly path: string
  /** Of its body, as JSON. */
  readonly bytes: number
}

/** An Elasticsearch that serves this bench alone and ends with it, however it ends. */
export interface BenchServer {
  readonly client: Client
  readonly url: string
  /** Tells people how far it is. */
  progress(line: string): void
  /** Processor time of all its threads so far, in milliseconds. */
  cpuMs(): number
  /** Processor time in a millisecond of the time when nobody asks, as `watchIdle` found it; 0 before. */
  idleShare(): number
  watchIdle(): Promise<void>
  /** Requests it was sent by `client`. */
  requests(): number
  /** What `client` asked while something was done. */
  during(work: () => Promise<unknown>): Promise<readonly Asked[]>
  close(): Promise<void>
}

/** @param folder of its data: kept if it is kept. */
export async function startElasticsearch(folder: string, progress: (line: string) => void): Promise<BenchServer> {
  await mkdir(folder, { recursive: true })
  const home = await obtain(await elasticsearchHome(), { cache: cacheFolder(process.env), report: progress, signal: undefined })
  const java = await toolPath('jdk', process.env)
  const node = await elasticsearchNode({ java, home, folder, ports: await freePorts(ELASTICSEARCH_PORTS), heapMB: HEAP_MB })
  const launcher = supervisedLauncher([])
  let pid = 0
  await runServer(node, { launcher, started: ([process]) => (pid = process?.pid ?? 0) })
  const { url } = node.address
  const client = elasticsearchClient({ url })
  const { transport } = client
  const request = transport.request.bind(transport)
  let idle = 0
  let requests = 0
  let listed: Asked[] | null = null
  transport.request = ((...asked: Parameters<typeof request>) => {
    requests += 1
    const [{ method, path, body, bulkBody }] = asked
    listed?.push({ method, path, bytes: JSON.stringify(body ?? bulkBody ?? '').length })
    return request(...asked)
  }) as typeof transport.request
  return {
    client,
    url,
    progress,
    cpuMs: () => cpuOf(pid),
    idleShare: () => idle,
    async watchIdle() {
      const [cpu, began] = [cpuOf(pid), performance.now()]
      await sleep(IDLE_MS)
      idle = (cpuOf(pid) - cpu) / (performance.now() - began)
    },
    requests: () => requests,
    async during(work) {
      const all: Asked[] = []
      listed = all
      await work()
      listed = null
      return all
    },
    async close() {
      // All that was written is on the disk: what ends it then may be rude.
      await client.indices.flush({ index: '*', expand_wildcards: 'all' }).catch(() => undefined)
      await client.close()
      await launcher.close(false)
    },
  }
}

/** By the scheduler's own count, in nanoseconds: the times of `/proc/<pid>/stat` come in steps of 10 ms. */
function cpuOf(pid: number): number {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0])
    } catch {
      // A thread that ended meanwhile.
    }
  }
  return nanoseconds / 1e6
}
