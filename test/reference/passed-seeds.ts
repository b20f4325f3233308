import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const FILE = '.local/reference/passed.json'
/** What a seed's outcome depends on, as git is asked for it. */
const BUILT_OF = ['domain', 'workflows', 'activities', 'adapters', 'worker', 'test/reference', 'package-lock.json', ':!test/reference/defects', ':!*.test.ts']

interface Kept {
  readonly build: string
  readonly seeds: readonly number[]
}

/** Seeds that this very product has passed, kept over runs, of which several may go on at once. */
export class PassedSeeds {
  readonly #file: string
  readonly #build: string

  /** @param build what the product is known by. */
  constructor(file = FILE, build = buildOf()) {
    this.#file = file
    this.#build = build
  }

  has(seed: number): boolean {
    return this.#read().includes(seed)
  }

  add(seed: number): void {
    const seeds = [...new Set([...this.#read(), seed])].sort((a, b) => a - b)
    mkdirSync(dirname(this.#file), { recursive: true })
    writeFileSync(this.#file, JSON.stringify({ build: this.#build, seeds } satisfies Kept))
  }

  #read(): readonly number[] {
    const kept = existsSync(this.#file) ? (JSON.parse(readFileSync(this.#file, 'utf8')) as Kept) : null
    return kept?.build === this.#build ? kept.seeds : []
  }
}

/** SHA-256 over the files, committed or not. */
function buildOf(): string {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', ...BUILT_OF], { encoding: 'utf8' })
  const hash = createHash('sha256')
  for (const file of [...new Set(listed.split('\0'))].sort()) if (file !== '' && existsSync(file)) hash.update(file).update('\0').update(readFileSync(file))
  return hash.digest('hex')
}
