import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** SHA-256 in hexadecimal by path, relative and with `/`. */
export type Digests = ReadonlyMap<string, string>

/** The digests of an artifact as it was made, beside its files, in the format of `sha256sum`. */
export const MANIFEST = 'SHA256SUMS'

export async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash)
  return hash.digest('hex')
}

/** Digests of everything below a folder but its manifest. */
export async function digestFolder(folder: string): Promise<Digests> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== MANIFEST)
    .sort()
  const digests = new Map<string, string>()
  for (const path of paths) digests.set(path, await digestFile(join(folder, path)))
  return digests
}

/** Reads `<digest>  <path>` lines. @throws on any other line. */
export function parseDigests(text: string): Digests {
  const digests = new Map<string, string>()
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line)
    if (match?.[1] === undefined || match[2] === undefined) throw new Error(`not a line of sha256sum: ${line}`)
    digests.set(match[2], match[1])
  }
  return digests
}

export async function readDigests(file: string): Promise<Digests> {
  return parseDigests(await readFile(file, 'utf8'))
}

export async function writeDigests(file: string, digests: Digests): Promise<void> {
  await writeFile(file, [...digests].map(([path, digest]) => `${digest}  ${path}\n`).join(''))
}

/** A file that is not what was recorded. */
export class DigestMismatch extends Error {
  override readonly name = 'DigestMismatch'

  constructor(file: string, expected: string | undefined, found: string | undefined, heal: string) {
    super(`${file} is not what it was recorded as:
  expected SHA-256 ${expected ?? '(no such file)'}
  found    SHA-256 ${found ?? '(no such file)'}
It is not used. To heal: ${heal}`)
  }
}

/** @throws DigestMismatch at the first file that is another one, is missing, or was not recorded. */
export function compareDigests(folder: string, expected: Digests, found: Digests, heal: string): void {
  for (const path of [...new Set([...expected.keys(), ...found.keys()])].sort()) {
    if (expected.get(path) !== found.get(path)) throw new DigestMismatch(join(folder, path), expected.get(path), found.get(path), heal)
  }
}
