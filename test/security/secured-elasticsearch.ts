import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Server } from '../../local/server.ts'
import { elasticsearchNode } from '../../local/elasticsearch/node.ts'
import { LAUNCHER_CLASSES } from './distribution.ts'

export interface SecuredOptions {
  readonly java: string
  /** As `elasticsearchDistribution` makes it. */
  readonly home: string
  readonly folder: string
  readonly ports: readonly number[]
}

/** One node with security on, and a user who may do everything: its name and password stand in the url. */
export async function securedElasticsearch({ java, home, folder, ports }: SecuredOptions): Promise<Server<'elasticsearch'>> {
  const [http = 0] = ports
  const password = randomBytes(12).toString('hex')
  const plain = await elasticsearchNode({ java, home, folder, ports })
  const config = join(folder, 'config')
  const args = [
    ...['-Xms512m', '-Xmx1g', '-XX:+UseSerialGC', '-XX:+ExitOnOutOfMemoryError', '-Dlog4j2.disable.jmx=true', `-Djava.io.tmpdir=${join(folder, 'tmp')}`],
    `-Des.nativelibs.path=${join(home, 'lib/platform', platform())}`,
    ...['--module-path', join(home, 'lib'), '--add-modules=jdk.net,ALL-MODULE-PATH', '-cp', join(home, LAUNCHER_CLASSES), 'NodeLauncher', home, config],
  ]
  return {
    ...plain,
    address: { url: `http://admin:${password}@127.0.0.1:${String(http)}` },
    commands: [{ name: 'elasticsearch', program: java, args, cwd: folder, logFile: join(folder, 'elasticsearch.log') }],
    async prepare() {
      await plain.prepare()
      await mkdir(config, { recursive: true })
      const settings = join(config, 'elasticsearch.yml')
      await writeFile(settings, `${await readFile(settings, 'utf8')}${SECURITY}`)
      await writeFile(join(config, 'users'), `admin:${hashed(password)}\n`)
      await writeFile(join(config, 'users_roles'), 'superuser:admin\n')
    },
    async probe(signal) {
      const headers = { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` }
      const response = await fetch(`http://127.0.0.1:${String(http)}/_cluster/health?wait_for_status=yellow&timeout=5s`, { headers, signal })
      await response.body?.cancel()
      if (!response.ok) throw new Error(`cluster health answers ${String(response.status)}`)
    },
  }
}

const SECURITY = `xpack.security.enabled: true
xpack.security.http.ssl.enabled: false
xpack.security.transport.ssl.enabled: false
`

/** As the file realm writes it. */
function hashed(password: string): string {
  const salt = randomBytes(32)
  return `{PBKDF2}10000$${salt.toString('base64')}$${pbkdf2Sync(password, salt, 10_000, 32, 'sha512').toString('base64')}`
}

function platform(): string {
  return `${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`
}
