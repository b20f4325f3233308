import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { obtain } from '../../../local/cache/artifact.ts'
import type { Artifact } from '../../../local/cache/artifact.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const SHA_OF_JAR = 'b52596b4f318bd14be6291c3f0966d7b9c54b65eb23ebcb086c9f06db3814e85'

/** Two files, one of which the repository records the digest of. */
function artifact(made: Partial<Artifact> = {}): Artifact & { count: number } {
  const fake = {
    count: 0,
    name: 'thing-1',
    title: 'Thing 1',
    making: 'make it',
    recorded: new Map([['lib/thing.jar', SHA_OF_JAR]]),
    async make(folder: string) {
      fake.count++
      await mkdir(join(folder, 'lib'))
      await writeFile(join(folder, 'lib/thing.jar'), 'the jar\n')
      await writeFile(join(folder, 'program'), 'the program')
    },
    ...made,
  }
  return fake
}

function run(): { cache: string; lines: string[]; options: Parameters<typeof obtain>[1] } {
  const cache = join(temporaryFolder(), 'cache')
  const lines: string[] = []
  return { cache, lines, options: { cache, report: (line) => lines.push(line) } }
}

function flipOneBit(file: string): void {
  const bytes = readFileSync(file)
  bytes[0] = (bytes[0] ?? 0) ^ 1
  writeFileSync(file, bytes)
}

describe('obtain', () => {
  it('makes an artifact once, says how long it took, and finds it again without a word', async () => {
    const { cache, lines, options } = run()
    const thing = artifact()
    const folder = await obtain(thing, options)
    await obtain(thing, options)
    expect(folder).toBe(join(cache, 'thing-1'))
    expect(thing.count).toBe(1)
    expect(lines).toEqual([expect.stringMatching(/^Thing 1: make it \(\d+\.\d s\)$/)])
    expect(readdirSync(cache)).toEqual(['thing-1'])
  })

  it('says in advance that a long one is long', async () => {
    const { lines, options } = run()
    await obtain(artifact({ takes: 'about 7 minutes' }), options)
    expect(lines[0]).toBe('Thing 1: make it, which takes about 7 minutes ...')
    expect(lines).toHaveLength(2)
  })

  it('is made once by runs that want it at the same time', async () => {
    const { options } = run()
    const thing = artifact()
    await Promise.all([obtain(thing, options), obtain(thing, options), obtain(thing, options)])
    expect(thing.count).toBe(1)
  })

  it.each(['lib/thing.jar', 'program'])('refuses a flipped bit in %s by its name, both digests and what to do, until that is done', async (file) => {
    const { options } = run()
    const thing = artifact()
    const folder = await obtain(thing, options)
    flipOneBit(join(folder, file))
    const refusal = new RegExp(`^${join(folder, file)} is not .*\n +expected SHA-256 [0-9a-f]{64}\n +found +SHA-256 [0-9a-f]{64}\n.*rm -r ${folder}$`)
    await expect(obtain(thing, options)).rejects.toThrow(refusal)
    expect(thing.count).toBe(1)
    rmSync(folder, { recursive: true })
    await expect(obtain(thing, options)).resolves.toBe(folder)
  })

  it('holds what the repository records against a manifest that was changed along with its file', async () => {
    const { options } = run()
    const folder = await obtain(artifact(), options)
    const jar = join(folder, 'lib/thing.jar')
    flipOneBit(jar)
    const manifest = join(folder, 'SHA256SUMS')
    const found = await obtain(artifact(), options).catch((error: Error) => /found +SHA-256 (\w+)/.exec(error.message)?.[1])
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(SHA_OF_JAR, String(found)))
    await expect(obtain(artifact(), options)).rejects.toThrow(`expected SHA-256 ${SHA_OF_JAR}`)
  })

  it('refuses a file that is missing, one that came in addition, and a manifest that is gone', async () => {
    const { options } = run()
    const thing = artifact()
    const folder = await obtain(thing, options)
    writeFileSync(join(folder, 'lib/other.jar'), '')
    await expect(obtain(thing, options)).rejects.toThrow('expected SHA-256 (no such file)')
    rmSync(join(folder, 'lib/other.jar'))
    rmSync(join(folder, 'program'))
    await expect(obtain(thing, options)).rejects.toThrow('found    SHA-256 (no such file)')
    writeFileSync(join(folder, 'program'), 'the program')
    rmSync(join(folder, 'SHA256SUMS'))
    await expect(obtain(thing, options)).rejects.toThrow('program is not what it was recorded as')
  })

  it('keeps nothing of what was fetched and is not what the repository records', async () => {
    const { cache, options } = run()
    const recorded = new Map([['lib/thing.jar', '0'.repeat(64)]])
    await expect(obtain(artifact({ recorded }), options)).rejects.toThrow(`expected SHA-256 ${'0'.repeat(64)}`)
    expect(readdirSync(cache)).toEqual([])
  })

  it('leaves nothing half-made when making fails', async () => {
    const { cache, options } = run()
    const make: Artifact['make'] = async (folder) => {
      await writeFile(join(folder, 'half'), '')
      throw new Error('no space')
    }
    await expect(obtain(artifact({ make }), options)).rejects.toThrow('no space')
    expect(readdirSync(cache)).toEqual([])
  })

  it('clears away what a killed run has left, and nothing else', async () => {
    const { cache, options } = run()
    mkdirSync(join(cache, 'thing-1.partial-99-1/lib'), { recursive: true })
    mkdirSync(join(cache, 'thing-2.partial-99-1'))
    await obtain(artifact(), options)
    expect(readdirSync(cache)).toEqual(['thing-1', 'thing-2.partial-99-1'])
  })
})
