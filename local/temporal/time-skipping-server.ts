import { chmod, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMade, obtain } from '../cache/artifact.ts'
import { cacheFolder, recipeKey } from '../cache/cache-folder.ts'
import type { Report } from '../cache/step.ts'
import { requireTools, toolPath } from '../tools/tools.ts'
import { CLASS_ARCHIVE, testServerArguments, testServerJars } from './test-server-artifact.ts'

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
  const archive = `-XX:SharedArchiveFile=${join(jars, CLASS_ARCHIVE)}`
  const command = [await toolPath('jdk', process.env), archive, ...(await testServerArguments(jars))]
  // What it says goes to a file, since it says a lot. The first line ends the server when the process that started it is gone without ending it: killed tests leave none behind.
  const script = `#!/bin/sh
(while kill -0 $$; do kill -0 "$PPID" || kill -9 $$; sleep 1; done) </dev/null >/dev/null 2>&1 &
exec ${command.map(shell).join(' ')} "$@" 2>"$0.log"
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
