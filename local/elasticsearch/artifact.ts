import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '../cache/artifact.ts'
import { recipeKey } from '../cache/cache-folder.ts'
import { readDigests } from '../cache/digest.ts'
import { fetchJars } from '../cache/maven-jars.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { runCommand } from '../process/run-command.ts'
import { findJdk } from '../tools/find-jdk.ts'
import { LEAST, VERSIONS } from '../versions.ts'

const LAUNCHER = join(PACKAGE_ROOT, 'local/elasticsearch/NodeLauncher.java')
const MODULE = 'modules/transport-netty4'
/** Jars of the HTTP module, which is loaded apart from the server's own. */
const OF_MODULE = /^(transport-netty4|netty-|elasticsearch-ssl-config)/

/** A home folder for Elasticsearch: the jars of two Maven artifacts, and our launcher compiled. */
export async function elasticsearchHome(): Promise<Artifact> {
  const recorded = await readDigests(join(PACKAGE_ROOT, 'local/elasticsearch/jars.sha256'))
  const descriptor = pluginDescriptor()
  return {
    name: `elasticsearch-${VERSIONS.elasticsearch}-${recipeKey(JSON.stringify([...recorded]), descriptor, await readFile(LAUNCHER, 'utf8'))}`,
    title: `Elasticsearch ${VERSIONS.elasticsearch}`,
    making: 'fetch the jars with Maven and compile the launcher',
    recorded: new Map([...recorded].map(([jar, digest]) => [place(jar), digest])),
    async make(folder, signal) {
      const jdk = await findJdk(process.env)
      if (jdk === undefined) throw new Error(`no JDK ${LEAST.java} or newer`)
      const lib = join(folder, 'lib')
      const { elasticsearch } = VERSIONS
      await fetchJars([`org.elasticsearch:elasticsearch:${elasticsearch}`, `org.elasticsearch.plugin:transport-netty4:${elasticsearch}`], lib, recorded, signal)
      await runCommand(jdk.javac, ['--release', String(LEAST.java), '-cp', join(lib, '*'), '-d', join(folder, 'launcher'), LAUNCHER], { signal })
      await mkdir(join(folder, MODULE), { recursive: true })
      await mkdir(join(folder, 'plugins'))
      for (const jar of recorded.keys()) if (OF_MODULE.test(jar)) await rename(join(lib, jar), join(folder, place(jar)))
      await writeFile(join(folder, MODULE, 'plugin-descriptor.properties'), descriptor)
    },
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
