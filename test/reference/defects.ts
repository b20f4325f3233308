import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makeScratch } from '../defects/runner/scratch.ts'
import { openGround } from './ground.ts'
import { lineOf } from './line-of.ts'
import { runSeed } from './run-seed.ts'
import { buildWorker } from './worker/build.ts'
import type { Ground } from './world/world.ts'

const PATCHES = 'test/reference/defects'

/** A line of the product changed for the worse, and the seed that shows it. */
export interface Defect {
  readonly name: string
  readonly path: string
  readonly files: readonly string[]
  readonly seed: number
  /** What the patch makes the product do, for people. */
  readonly says: string
  /** Lines taken away and put in. */
  readonly changed: number
}

/** A unified diff under a sentence and a line `Seed: N`. */
export function readDefects(root = '.'): readonly Defect[] {
  return readdirSync(join(root, PATCHES)).filter((file) => file.endsWith('.patch')).sort().map((file) => {
    const path = join(PATCHES, file)
    const text = readFileSync(join(root, path), 'utf8')
    const seed = /^Seed: (\d+)$/m.exec(text)?.[1]
    const [says = ''] = text.split('\n')
    if (seed === undefined || says === '' || says.startsWith('---')) throw new Error(`${path}: expected a sentence that says what it does, a line "Seed: N" and a unified diff`)
    const files = [...text.matchAll(/^\+\+\+ b\/(.*)$/gm)].flatMap(([, name]) => name ?? [])
    const changed = text.slice(text.search(/^--- /m)).split('\n').filter((line) => /^[-+](?!-- |\+\+ )/.test(line)).length
    return { name: basename(file, '.patch'), path, files, seed: Number(seed), says, changed }
  })
}

/**
 * Lives each defect's seed with the product so damaged, until one shows a difference.
 * @param seeds to live in place of the one that a defect names.
 * @returns how many defects showed none; all, where it was ended before it had lived them.
 */
export async function tryDefects(defects: readonly Defect[], seeds: readonly number[] | null, say: (line: string) => void, signal: AbortSignal): Promise<number> {
  const scratch = makeScratch()
  const { ground, folder, close } = await openGround()
  let unseen = 0
  const stopped = once(signal, 'abort')
  try {
    for (const defect of defects) {
      const undo = scratch.apply(defect)
      if (typeof undo === 'string') throw new Error(`${defect.path} does not apply: ${undo}`)
      try {
        const worker = await buildWorker(join(folder, defect.name), scratch.folder)
        const seen = await Promise.race([isSeen(defect, seeds ?? [defect.seed], { ...ground, worker }, say), stopped])
        if (signal.aborted) return defects.length
        if (seen !== true) unseen += 1
      } finally {
        undo()
      }
    }
  } finally {
    await close()
    scratch.remove()
  }
  say(`${String(defects.length - unseen)} of ${String(defects.length)} defects are seen`)
  return unseen
}

/** A seed that cannot be judged shows nothing: a defect is seen by events that are missing or too many. */
async function isSeen({ name }: Defect, seeds: readonly number[], ground: Ground, say: (line: string) => void): Promise<boolean> {
  for (const seed of seeds) {
    try {
      const judged = await runSeed(seed, ground)
      const isDifferent = judged.differences.length > 0
      say(`${isDifferent ? 'seen  ' : 'UNSEEN'} ${name}: ${lineOf(judged)}`)
      if (isDifferent) return true
    } catch (error) {
      say(`UNSEEN ${name}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`)
    }
  }
  return false
}
