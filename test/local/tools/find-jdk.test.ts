import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findJdk } from '../../../local/tools/find-jdk.ts'
import { programFile } from '../program-file.ts'
import { temporaryFolder } from '../temporary-folder.ts'

function jdk(home: string, version: string): string {
  programFile(join(home, 'bin/java'), '')
  programFile(join(home, 'bin/javac'), '')
  writeFileSync(join(home, 'release'), `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`)
  return home
}

describe('findJdk', () => {
  it('takes JAVA_HOME before the PATH before what is installed, each only when it is new enough', async () => {
    const folder = temporaryFolder()
    const places = [{ folder: join(folder, 'jvm') }]
    const home = jdk(join(folder, 'home'), '22')
    const onPath = jdk(join(folder, 'path'), '23.0.1')
    jdk(join(folder, 'jvm/a'), '25.0.3')
    const lowest = jdk(join(folder, 'jvm/b'), '21')
    jdk(join(folder, 'jvm/c'), '17.0.15')
    const environment = { JAVA_HOME: home, PATH: join(onPath, 'bin') }
    const found = async (changed: Record<string, string>): Promise<string | undefined> => (await findJdk({ ...environment, ...changed }, places))?.java
    expect(await found({})).toBe(join(home, 'bin/java'))
    jdk(home, '17.0.1')
    expect(await found({})).toBe(join(onPath, 'bin/java'))
    jdk(onPath, '1.8.0_402')
    expect(await found({})).toBe(join(lowest, 'bin/java'))
  })

  it('follows the link that a PATH usually has', async () => {
    const folder = temporaryFolder()
    const home = jdk(join(folder, 'home'), '21.0.2')
    programFile(join(folder, 'bin/other'), '')
    symlinkSync(join(home, 'bin/java'), join(folder, 'bin/java'))
    expect(await findJdk({ PATH: join(folder, 'bin') }, [])).toMatchObject({ java: join(home, 'bin/java'), javac: join(home, 'bin/javac') })
  })

  it('does not take a runtime that cannot compile', async () => {
    const home = temporaryFolder()
    programFile(join(home, 'bin/java'), '')
    writeFileSync(join(home, 'release'), 'JAVA_VERSION="25"\n')
    expect(await findJdk({ JAVA_HOME: home }, [])).toBeUndefined()
  })
})
