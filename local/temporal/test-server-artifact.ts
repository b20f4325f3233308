import { join } from 'node:path'
import type { Artifact } from '../cache/artifact.ts'
import { recipeKey } from '../cache/cache-folder.ts'
import { readDigests } from '../cache/digest.ts'
import { fetchJars } from '../cache/maven-jars.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { VERSIONS } from '../versions.ts'

/** The jars of Temporal's time-skipping test server. */
export async function testServerJars(): Promise<Artifact> {
  const recorded = await readDigests(join(PACKAGE_ROOT, 'local/temporal/test-server-jars.sha256'))
  return {
    name: `temporal-test-server-${VERSIONS.temporalTestServer}-${recipeKey(JSON.stringify([...recorded]))}`,
    title: `Temporal test server ${VERSIONS.temporalTestServer}`,
    making: 'fetch the jars with Maven',
    recorded: new Map([...recorded].map(([jar, digest]) => [`lib/${jar}`, digest])),
    async make(folder, signal) {
      await fetchJars([`io.temporal:temporal-test-server:${VERSIONS.temporalTestServer}`], join(folder, 'lib'), recorded, signal)
    },
  }
}
