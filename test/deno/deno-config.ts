import { readFileSync } from 'node:fs'

/** A set of permissions as `deno.json` holds it. */
export interface PermissionSet {
  readonly env: { readonly allow: readonly string[]; readonly ignore: boolean }
  readonly read: readonly string[]
  readonly ffi: readonly string[]
  readonly net: boolean
  readonly sys: readonly string[]
}

interface DenoConfig {
  readonly workspace: readonly string[]
  readonly tasks: Readonly<Record<string, string>>
  readonly permissions: { readonly worker: PermissionSet }
}

export const DENO_CONFIG = JSON.parse(readFileSync('deno.json', 'utf8')) as DenoConfig
