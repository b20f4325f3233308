import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '../cache/artifact.ts'
import { recipeKey } from '../cache/cache-folder.ts'
import { archiveClasses } from '../cache/class-archive.ts'
import { readDigests } from '../cache/digest.ts'
import { fetchJars } from '../cache/maven-jars.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { freePorts } from '../process/free-port.ts'
import { runCommand } from '../process/run-command.ts'
import { findJdk } from '../tools/find-jdk.ts'
import { LEAST, VERSIONS } from '../versions.ts'
import { ELASTICSEARCH_PORTS, elasticsearchNode, JVM } from './node.ts'

const LAUNCHER = join(PACKAGE_ROOT, 'local/elasticsearch/NodeLauncher.java')
const LAUNCHER_JAR = 'lib/a-launcher.jar'
const MODULE = 'modules/transport-netty4'
/** Jars of the HTTP module, which is loaded apart from the server's own. */
const OF_MODULE = /^(transport-netty4|netty-|elasticsearch-ssl-config)/

/** A home folder for Elasticsearch: the jars of two Maven artifacts, and our launcher compiled. */
export async function elasticsearchHome(): Promise<Artifact> {
  const recorded = await readDigests(join(PACKAGE_ROOT, 'local/elasticsearch/jars.sha256'))
  const descriptor = pluginDescriptor()
  return {
    name: `elasticsearch-${VERSIONS.elasticsearch}-${recipeKey(JSON.stringify([...recorded]), LAUNCHER_JAR, JSON.stringify(JVM), descriptor, await readFile(LAUNCHER, 'utf8'))}`,
    title: `Elasticsearch ${VERSIONS.elasticsearch}`,
    making: 'fetch the jars with Maven, compile the launcher and run it once',
    recorded: new Map([...recorded].map(([jar, digest]) => [place(jar), digest])),
    async make(folder, signal) {
      const jdk = await findJdk(process.env)
      if (jdk === undefined) throw new Error(`no JDK ${LEAST.java} or newer`)
      const lib = join(folder, 'lib')
      const { elasticsearch } = VERSIONS
      await fetchJars([`org.elasticsearch:elasticsearch:${elasticsearch}`, `org.elasticsearch.plugin:transport-netty4:${elasticsearch}`], lib, recorded, signal)
      const classes = join(folder, 'launcher')
      await runCommand(jdk.javac, ['--release', String(LEAST.java), '-cp', join(lib, '*'), '-d', classes, LAUNCHER], { signal })
      // A jar, since classes in folders are not archived.
      await runCommand(jdk.jar, ['--create', '--file', join(folder, LAUNCHER_JAR), '-C', classes, '.'], { signal })
      await rm(classes, { recursive: true })
      await mkdir(join(folder, MODULE), { recursive: true })
      await mkdir(join(folder, 'plugins'))
      for (const jar of recorded.keys()) if (OF_MODULE.test(jar)) await rename(join(lib, jar), join(folder, place(jar)))
      await writeFile(join(folder, MODULE, 'plugin-descriptor.properties'), descriptor)
      await runOnce(jdk.java, folder, signal)
    },
  }
}

/** Writes the archive of parsed classes. */
async function runOnce(java: string, home: string, signal: AbortSignal | undefined): Promise<void> {
  const folder = `${home}.run`
  try {
    const node = await elasticsearchNode({ java, home, folder, ports: await freePorts(ELASTICSEARCH_PORTS), archive: 'write' })
    await node.prepare()
    for (const command of node.commands) await archiveClasses({ command, probe: node.probe, signal })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function place(jar: string): string {
  return OF_MODULE.test(jar) ? `${MODULE}/${jar}` : `lib/${jar}`
}

function pluginDescriptor(): string {
  return `name=transport-netty4
description=HTTP and transport over Netty
version=${VERSIONS.elasticsearch}
elasticsearch.version=${VERSIONS.elasticsearch}
java.version=${LEAST.java}
classname=org.elasticsearch.transport.netty4.Netty4Plugin
`
}
