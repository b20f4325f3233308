import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const folder = resolve(process.env['FEEDS_DIR'] ?? '../shared/feeds')
if (!existsSync(join(folder, 'README.md'))) throw new Error(`no feeds in ${folder}; set FEEDS_DIR to the folder that holds them`)

/** A published list, as its publisher sends it. */
export function bytesOf(file: string): Uint8Array {
  return readFileSync(join(folder, file))
}

export function textOf(file: string): string {
  return new TextDecoder().decode(bytesOf(file))
}

/** Entries of a newline list by the simplest reading there is: what the product's own reading is compared with. */
export function entriesOf(file: string): readonly string[] {
  return textOf(file)
    .split('\n')
    .map((line) => (line.split('#')[0] ?? '').trim())
    .filter((entry) => entry !== '')
}
