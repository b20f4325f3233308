import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '../process/run-command.ts'
import { toolPath } from '../tools/tools.ts'
import { VERSIONS } from '../versions.ts'
import { compareDigests, digestFolder } from './digest.ts'
import type { Digests } from './digest.ts'

/**
 * Fetches the jars of some Maven artifacts (`group:name:version`) and all they need at run time into a folder that does not
 * exist yet, through the user's Maven as it is configured. @throws DigestMismatch when they are not exactly the recorded ones.
 */
export async function fetchJars(artifacts: readonly string[], folder: string, recorded: Digests, signal: AbortSignal | undefined): Promise<void> {
  const project = `${folder}.project`
  await mkdir(project, { recursive: true })
  await writeFile(join(project, 'pom.xml'), pom(artifacts))
  const plugin = `org.apache.maven.plugins:maven-dependency-plugin:${VERSIONS.mavenDependencyPlugin}`
  const jars = join(project, 'jars')
  await runCommand(
    await toolPath('maven', process.env),
    ['--batch-mode', '--quiet', '--strict-checksums', '--file', join(project, 'pom.xml'), `${plugin}:copy-dependencies`, '-DincludeScope=runtime', `-DoutputDirectory=${jars}`],
    { cwd: project, signal },
  )
  compareDigests(jars, recorded, await digestFolder(jars), 'look at what the package manager fetched: it is not what was pinned')
  await rename(jars, folder)
  await rm(project, { recursive: true })
}

function pom(artifacts: readonly string[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, name, version] = artifact.split(':')
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`
  })
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>threatfeed.local</groupId><artifactId>jars</artifactId><version>1</version>
<dependencies>${dependencies.join('\n')}</dependencies></project>
`
}
