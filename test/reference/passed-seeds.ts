import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const FILE = '.local/reference/passed.json'
/** What a seed's outcome depends on. */
const BUILT_OF = ['domain', 'workflows', 'activities', 'adapters', 'worker', 'test/reference', 'package-lock.json']

interface Kept {
  readonly build: string
  readonly seeds: readonly number[]
}

/** Seeds that this very product has passed, kept over runs. */
export class PassedSeeds {
  readonly #build = buildOf()
  readonly #seeds: Set<number>

  constructor() {
    const kept = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Kept) : null
    this.#seeds = new Set(kept?.build === this.#build ? kept.seeds : [])
  }

  has(seed: number): boolean {
    return this.#seeds.has(seed)
  }

  add(seed: number): void {
    this.#seeds.add(seed)
    mkdirSync(dirname(FILE), { recursive: true })
    writeFileSync(FILE, JSON.stringify({ build: this.#build, seeds: [...this.#seeds].sort((a, b) => a - b) }))
  }
}

/** SHA-256 over the files, committed or not. */
function buildOf(): string {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', ...BUILT_OF], { encoding: 'utf8' })
  const hash = createHash('sha256')
  for (const file of [...new Set(listed.split('\0'))].sort()) if (file !== '' && existsSync(file)) hash.update(file).update('\0').update(readFileSync(file))
  return hash.digest('hex')
}
