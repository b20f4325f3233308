import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { compareDigests, digestFolder, MANIFEST, readDigests, writeDigests } from './digest.ts'
import type { Digests } from './digest.ts'
import { withLock } from './lock.ts'
import { step } from './step.ts'
import type { Report } from './step.ts'

/** Something that is fetched or built once and then kept in the cache. */
export interface Artifact {
  /** Its folder in the cache; another recipe has another name. */
  readonly name: string
  /** For people: "Elasticsearch 9.5.3". */
  readonly title: string
  /** What making it is, for people: "fetch the jars". */
  readonly making: string
  /** Said before, when making it takes minutes: "about 7 minutes". */
  readonly takes?: string
  /** What the repository records about its files; others are held against what they were when made. */
  readonly recorded: Digests
  make(folder: string, signal: AbortSignal | undefined): Promise<void>
}

export interface ObtainOptions {
  readonly cache: string
  readonly report: Report
  readonly signal?: AbortSignal | undefined
}

/** @returns the folder of the artifact, made if need be, with every file verified. @throws DigestMismatch */
export async function obtain(artifact: Artifact, options: ObtainOptions): Promise<string> {
  const folder = join(options.cache, artifact.name)
  if (!(await isMade(artifact, options.cache))) {
    const waiting = (pid: number): void => options.report(`${artifact.title}: process ${pid} is at it, waiting`)
    await withLock(`${folder}.lock`, () => makeWhole(artifact, options, folder), { signal: options.signal, waiting })
  }
  await verify(artifact, folder)
  return folder
}

export async function isMade(artifact: Artifact, cache: string): Promise<boolean> {
  return (await stat(join(cache, artifact.name)).catch(() => undefined)) !== undefined
}

async function makeWhole(artifact: Artifact, options: ObtainOptions, folder: string): Promise<void> {
  if (await isMade(artifact, options.cache)) return
  await removePartial(options.cache, artifact.name)
  const partial = `${folder}.partial-${process.pid}-${Date.now()}`
  try {
    await step(options.report, `${artifact.title}: ${artifact.making}`, artifact.takes, async () => {
      await mkdir(partial, { recursive: true })
      await artifact.make(partial, options.signal)
      await writeDigests(join(partial, MANIFEST), await digestFolder(partial))
    })
    await verify(artifact, partial, 'run it again; when it says the same again, what was fetched is not what was pinned')
    await rename(partial, folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** What a run that was killed has left; whoever holds the lock is the only one that makes. */
async function removePartial(cache: string, name: string): Promise<void> {
  for (const entry of await readdir(cache)) {
    if (entry.startsWith(`${name}.partial-`)) await rm(join(cache, entry), { recursive: true, force: true })
  }
}

async function verify(artifact: Artifact, folder: string, heal = `rm -r ${folder}`): Promise<void> {
  const found = await digestFolder(folder)
  const made = await readDigests(join(folder, MANIFEST)).catch(() => new Map<string, string>())
  compareDigests(folder, new Map([...made, ...artifact.recorded]), found, heal)
}
