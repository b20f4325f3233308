import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json, from the sources and from dist/ alike. */
export const PACKAGE_ROOT = rootOf(dirname(fileURLToPath(import.meta.url)))

/** Of this package, such as `0.1.0`. */
export const VERSION = versionOf(join(PACKAGE_ROOT, 'package.json'))

function rootOf(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('package.json was not found above the worker')
  return rootOf(parent)
}

function versionOf(file: string): string {
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown }
  return typeof version === 'string' ? version : '0.0.0'
}
