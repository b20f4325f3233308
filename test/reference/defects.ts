import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { node } from '../defects/runner/run-tests.ts'
import { makeScratch } from '../defects/runner/scratch.ts'

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

/** Lives each defect's seed with the product so damaged, which must show a difference. @returns how many did not. */
export async function tryDefects(defects: readonly Defect[], say: (line: string) => void): Promise<number> {
  const scratch = makeScratch()
  let unseen = 0
  try {
    for (const defect of defects) {
      const undo = scratch.apply(defect)
      if (typeof undo === 'string') throw new Error(`${defect.path} does not apply: ${undo}`)
      try {
        const said = await node(['test/local/run-typescript.mjs', 'test/reference/main.ts', '--again', '--from', String(defect.seed), '--to', String(defect.seed)], scratch)
        const line = said.split('\n').find((one) => one.startsWith('seed ')) ?? `nothing was said of the seed: ${said.slice(-500)}`
        const seen = line.includes('DIFFERS')
        if (!seen) unseen += 1
        say(`${seen ? 'seen ' : 'UNSEEN'} ${defect.name}: ${line}`)
      } finally {
        undo()
      }
    }
  } finally {
    scratch.remove()
  }
  say(`${String(defects.length - unseen)} of ${String(defects.length)} defects are seen`)
  return unseen
}
