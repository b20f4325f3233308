import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** The one folder for all that is fetched or built (XDG base directories: a relative value counts as none). */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const base = environment['XDG_CACHE_HOME']
  return join(base !== undefined && isAbsolute(base) ? base : join(environment['HOME'] ?? homedir(), '.cache'), 'threatfeed')
}

/** Part of an artifact's name, so that another recipe makes another folder and never takes an old one for new. */
export function recipeKey(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}

export const PLATFORM = `${process.platform}-${process.arch}`
