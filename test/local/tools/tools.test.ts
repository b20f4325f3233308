import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requireTools } from '../../../local/tools/tools.ts'
import { programFile } from '../program-file.ts'
import { temporaryFolder } from '../temporary-folder.ts'

describe('requireTools', () => {
  it('names everything that is missing, with how to get it, in one message', async () => {
    const missing = requireTools(['maven', 'go', 'pip', 'go'], { PATH: temporaryFolder() })
    await expect(missing).rejects.toThrow(
      /^Missing on this machine:\n {2}- Maven.*\n {4}install.*\n {2}- Go 1\.26 or newer.*\n {4}install.*\n {2}- Python 3 with pip.*\n {4}install.*$/,
    )
  })

  it('takes what is there and new enough', async () => {
    const folder = temporaryFolder()
    programFile(join(folder, 'mvn'), '')
    programFile(join(folder, 'go'), 'echo go1.26.0')
    programFile(join(folder, 'python3'), 'test "$*" = "-m pip --version"')
    await expect(requireTools(['maven', 'go', 'pip'], { PATH: folder })).resolves.toBeUndefined()
  })

  it.each(['go1.25.9', 'go0.30', 'devel'])('does not take Go that says %s', async (version) => {
    const folder = temporaryFolder()
    programFile(join(folder, 'go'), `echo ${version}`)
    await expect(requireTools(['go'], { PATH: folder })).rejects.toThrow('Go 1.26 or newer')
  })

  it('does not take Python without pip', async () => {
    const folder = temporaryFolder()
    programFile(join(folder, 'python3'), 'exit 1')
    await expect(requireTools(['pip'], { PATH: folder })).rejects.toThrow('Python 3 with pip')
  })
})
