import { join } from 'node:path'
import type { Server } from '../server.ts'

/** Typed as the worker writes them: what a feed's runs can be searched by. */
const SEARCH_ATTRIBUTES = ['FeedName', 'FeedContent', 'FeedHealth', 'FeedCluster']
/** Half the cost and three times the load of the defaults, and what is lost by a crash of the machine is no loss here. */
const PRAGMAS = ['journal_mode=WAL', 'synchronous=NORMAL']

export const TEMPORAL_PORTS = 4

export interface DevServerOptions {
  readonly executable: string
  readonly folder: string
  readonly ports: readonly number[]
  /** `key=value`, the value in JSON. */
  readonly dynamicConfig: readonly string[]
}

/** Temporal's dev server with its UI; runs outlive it in a file. */
export function temporalDevServer({ executable, folder, ports, dynamicConfig }: DevServerOptions): Server<'temporal'> {
  const [grpc, http, ui, metrics] = ports
  const httpUrl = `http://127.0.0.1:${http}`
  const args = [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(grpc), '--http-port', String(http)],
    ...['--ui-port', String(ui), '--metrics-port', String(metrics), '--ui-disable-news-fetch', '--log-level', 'warn'],
    ...['--db-filename', join(folder, 'temporal.db'), ...PRAGMAS.flatMap((pragma) => ['--sqlite-pragma', pragma])],
    ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...dynamicConfig.flatMap((value) => ['--dynamic-config-value', value]),
  ]
  return {
    name: 'temporal',
    address: { address: `127.0.0.1:${grpc}`, uiUrl: `http://127.0.0.1:${ui}`, httpUrl },
    commands: [{ name: 'temporal', program: executable, args, cwd: folder, logFile: join(folder, 'temporal.log') }],
    prepare: () => Promise.resolve(),
    async probe(signal) {
      for (const url of [`${httpUrl}/api/v1/namespaces/default`, `http://127.0.0.1:${ui}/`]) {
        const response = await fetch(url, { signal })
        await response.body?.cancel()
        if (!response.ok) throw new Error(`${url} answers ${response.status}`)
      }
    },
  }
}
