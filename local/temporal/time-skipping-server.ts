import { chmod, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMade, obtain } from '../cache/artifact.ts'
import { cacheFolder, recipeKey } from '../cache/cache-folder.ts'
import type { Report } from '../cache/step.ts'
import { requireTools, toolPath } from '../tools/tools.ts'
import { testServerJars } from './test-server-artifact.ts'

export interface TimeSkippingOptions {
  readonly report?: Report
  readonly signal?: AbortSignal
}

/** A launcher of Temporal's time-skipping test server, for `TestWorkflowEnvironment`'s `{ type: 'existing-path', path }`. */
export async function timeSkippingServer({ report = () => undefined, signal }: TimeSkippingOptions = {}): Promise<{ readonly executable: string }> {
  const cache = cacheFolder(process.env)
  const artifact = await testServerJars()
  await requireTools((await isMade(artifact, cache)) ? ['jdk'] : ['jdk', 'maven'], process.env)
  const jars = await obtain(artifact, { cache, report, signal })
  const script = `#!/bin/sh
exec ${shell(await toolPath('jdk', process.env))} -cp ${shell(join(jars, 'lib', '*'))} io.temporal.testserver.TestServer "$@"
`
  // Two runs that write it at once write the same.
  const executable = join(cache, `temporal-test-server-${recipeKey(script)}.sh`)
  const draft = `${executable}.${process.pid}`
  await writeFile(draft, script)
  await chmod(draft, 0o755)
  await rename(draft, executable)
  return { executable }
}

function shell(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
