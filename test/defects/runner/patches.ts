import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Where the patches are, from the project's folder. */
export const PATCHES = 'test/defects'

/** One defect: a rule taken out of the product. */
export interface Patch {
  /** The rule, and what tells it from the rule's other defects: `P-10-nat64`. */
  readonly name: string
  readonly id: string
  readonly path: string
  /** What the patch takes out, for people. */
  readonly says: string
  /** The files it changes. */
  readonly files: readonly string[]
  /** The test files that must see it; none named means whichever names the rule. */
  readonly seenBy: readonly string[]
  /** Lines taken away and put in. */
  readonly changed: number
}

export function readPatches(root = '.'): Patch[] {
  return readdirSync(join(root, PATCHES))
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) => readPatch(join(PATCHES, file), readFileSync(join(root, PATCHES, file), 'utf8')))
}

/**
 * A unified diff under a sentence of prose, perhaps with a line `Seen by: FILE FILE`.
 * @throws when the file is not named for a rule, or is no such diff.
 */
export function readPatch(path: string, text: string): Patch {
  const name = basename(path, '.patch')
  const id = /^([A-Z]-\d\d)(-[a-z0-9]+)*$/.exec(name)?.[1]
  if (id === undefined) throw new Error(`${path}: the name must be a rule's id, perhaps with a word after it, such as P-10-nat64.patch`)
  const start = text.search(/^--- /m)
  const prose = text.slice(0, Math.max(start, 0)).split('\n').filter((line) => line !== '')
  const says = prose.filter((line) => !line.startsWith('Seen by: ')).join(' ')
  if (start < 0 || says === '') throw new Error(`${path}: expected a sentence that says what it takes out, and then a unified diff`)
  const seenBy = prose.filter((line) => line.startsWith('Seen by: ')).flatMap((line) => line.slice('Seen by: '.length).split(' '))
  const lines = text.slice(start).split('\n')
  const files = lines.filter((line) => line.startsWith('--- ') || line.startsWith('+++ ')).map((line) => line.slice(4).replace(/^[ab]\//, ''))
  const changed = lines.filter((line) => /^[-+](?!-- |\+\+ )/.test(line)).length
  return { name, id, path, says, files: [...new Set(files)], seenBy, changed }
}

/** The patches that an argument of the command means: a rule, the beginning of some, or one patch. None means all. */
export function selected<T extends { readonly name: string }>(all: readonly T[], wanted: readonly string[]): T[] {
  return all.filter(({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)))
}
