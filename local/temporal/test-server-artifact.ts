import assert from 'node:assert/strict'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '../cache/artifact.ts'
import { recipeKey } from '../cache/cache-folder.ts'
import { archiveClasses } from '../cache/class-archive.ts'
import { readDigests } from '../cache/digest.ts'
import { fetchJars } from '../cache/maven-jars.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { freePorts, isFree } from '../process/free-port.ts'
import { toolPath } from '../tools/tools.ts'
import { VERSIONS } from '../versions.ts'

export const CLASS_ARCHIVE = 'classes.jsa'
/** Tests wait for its start more than for anything it does later. The archive of classes is good for these options only. */
const JVM = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']

/** What the JVM is told, but for the archive of parsed classes, and before the server's own arguments. */
export async function testServerArguments(folder: string): Promise<readonly string[]> {
  const lib = join(folder, 'lib')
  const jars = (await readdir(lib)).sort().map((jar) => join(lib, jar))
  return [...JVM, '-cp', jars.join(':'), 'io.temporal.testserver.TestServer']
}

/** The jars of Temporal's time-skipping test server. */
export async function testServerJars(): Promise<Artifact> {
  const recorded = await readDigests(join(PACKAGE_ROOT, 'local/temporal/test-server-jars.sha256'))
  return {
    name: `temporal-test-server-${VERSIONS.temporalTestServer}-${recipeKey(JSON.stringify([...recorded]), CLASS_ARCHIVE, JSON.stringify(JVM))}`,
    title: `Temporal test server ${VERSIONS.temporalTestServer}`,
    making: 'fetch the jars with Maven and run it once',
    recorded: new Map([...recorded].map(([jar, digest]) => [`lib/${jar}`, digest])),
    async make(folder, signal) {
      await fetchJars([`io.temporal:temporal-test-server:${VERSIONS.temporalTestServer}`], join(folder, 'lib'), recorded, signal)
      const java = await toolPath('jdk', process.env)
      const [port] = await freePorts(1)
      const args = [`-XX:ArchiveClassesAtExit=${join(folder, CLASS_ARCHIVE)}`, ...(await testServerArguments(folder)), String(port)]
      const command = { name: 'temporal-test-server', program: java, args, cwd: folder, logFile: `${folder}.log` }
      await archiveClasses({ command, probe: async () => assert(!(await isFree(port ?? 0))), signal })
      await rm(command.logFile, { force: true })
    },
  }
}
