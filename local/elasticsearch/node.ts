import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Server } from '../server.ts'

export const ELASTICSEARCH_PORTS = 2
const CLASS_ARCHIVE = 'classes.jsa'
/** An index of 200,000 members and a full bulk fit with room to spare. The archive of classes is good for these options only. */
export const JVM = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:+ExitOnOutOfMemoryError', '-Dlog4j2.disable.jmx=true']

export interface NodeOptions {
  readonly java: string
  /** As `elasticsearchHome` makes it; never written to. */
  readonly home: string
  readonly folder: string
  readonly ports: readonly number[]
  /** What the JVM is to do with its archive of parsed classes. @default reads it */
  readonly archive?: 'read' | 'write'
  /** More lines of elasticsearch.yml, in place of those of the same name: a second node, a folder for snapshots. */
  readonly settings?: Readonly<Record<string, string>>
  /** For what is measured, in MB. @default as in JVM */
  readonly heapMB?: number
}

/** One Elasticsearch node without security, scripts and machine learning. */
export async function elasticsearchNode({ java, home, folder, ports, archive = 'read', settings = {}, heapMB }: NodeOptions): Promise<Server<'elasticsearch'>> {
  const [http, transport] = ports
  const url = `http://127.0.0.1:${http}`
  const config = join(folder, 'config')
  const lib = join(home, 'lib')
  // The archive is good for this very class path, so the jars are named one by one, in one order.
  const classPath = (await readdir(lib)).sort().map((jar) => join(lib, jar))
  const args = [
    ...JVM,
    ...(heapMB === undefined ? [] : [`-Xms${heapMB}m`, `-Xmx${heapMB}m`]),
    // There are no native libraries in the jars: it logs that once and goes on.
    ...[`-Des.nativelibs.path=${join(home, 'native')}`, `-Djava.io.tmpdir=${join(folder, 'tmp')}`],
    `${archive === 'write' ? '-XX:ArchiveClassesAtExit' : '-XX:SharedArchiveFile'}=${join(home, CLASS_ARCHIVE)}`,
    ...['-cp', classPath.join(':'), 'NodeLauncher', home, config],
  ]
  return {
    name: 'elasticsearch',
    address: { url },
    commands: [{ name: 'elasticsearch', program: java, args, cwd: folder, logFile: join(folder, 'elasticsearch.log') }],
    async prepare() {
      for (const name of ['config', 'data', 'logs', 'tmp']) await mkdir(join(folder, name), { recursive: true, mode: 0o700 })
      await writeFile(join(config, 'elasticsearch.yml'), yaml({ ...settingsOf({ folder, http, transport }), ...settings }))
      await writeFile(join(config, 'log4j2.properties'), LOGGING)
    },
    async probe(signal) {
      const response = await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=5s`, { signal })
      await response.body?.cancel()
      if (!response.ok) throw new Error(`cluster health answers ${response.status}`)
    },
  }
}

function settingsOf({ folder, http, transport }: { folder: string; http: number | undefined; transport: number | undefined }): Record<string, string> {
  return {
    'cluster.name': 'local',
    'node.name': 'local',
    'node.roles': '[master, data]',
    'path.data': JSON.stringify(join(folder, 'data')),
    'path.logs': JSON.stringify(join(folder, 'logs')),
    'network.host': '127.0.0.1',
    'http.port': String(http),
    'transport.port': String(transport),
    'discovery.type': 'single-node',
    // A full disk of a developer's machine must not make the indices read-only.
    'cluster.routing.allocation.disk.threshold_enabled': 'false',
  }
}

function yaml(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings).map(([name, value]) => `${name}: ${value}\n`).join('')
}

const LOGGING = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
logger.native.name = org.elasticsearch.nativeaccess
logger.native.level = error
`
