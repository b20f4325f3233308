import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ProcessIdentity } from '../process/process-identity.ts'
import { SERVER_NAMES } from '../server.ts'
import type { ServerAddresses, ServerName } from '../server.ts'

/** A server that was started here, with what it takes to find it again and to start it again as it was. */
export interface HereRecord<Name extends ServerName = ServerName> {
  readonly from: 'here'
  readonly address: ServerAddresses[Name]
  /** The executable, or the folder that holds it. */
  readonly path: string
  readonly ports: readonly number[]
  readonly dynamicConfig: readonly string[]
  readonly processes: readonly (ProcessIdentity & { readonly name: string; readonly logFile: string })[]
}

/** A server as one state folder knows it. */
export type ServerRecord<Name extends ServerName = ServerName> =
  | HereRecord<Name>
  | { readonly from: 'environment'; readonly address: ServerAddresses[Name] }

export type State = { readonly [Name in ServerName]?: ServerRecord<Name> }

const VERSION = 1

export function stateFile(stateDir: string): string {
  return join(stateDir, 'servers.json')
}

/** All that is kept in a state folder; nothing else in it is ours to delete. The last is the folder, which goes when it is empty. */
export function statePaths(stateDir: string): readonly string[] {
  return [...SERVER_NAMES.map((name) => join(stateDir, name)), stateFile(stateDir), stateDir]
}

export async function deleteState(stateDir: string): Promise<void> {
  for (const path of statePaths(stateDir)) {
    if (path === stateDir) await rmdir(path).catch(() => undefined)
    else await rm(path, { recursive: true, force: true })
  }
}

/** @throws when the file is there and is not one of ours. */
export function readState(stateDir: string): State {
  let text: string
  try {
    text = readFileSync(stateFile(stateDir), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
  const { version, servers } = JSON.parse(text) as { version?: unknown; servers?: unknown }
  if (version !== VERSION || typeof servers !== 'object' || servers === null) {
    throw new Error(`${stateFile(stateDir)} was written by another version: end its processes and delete ${stateDir}`)
  }
  for (const name of Object.keys(servers)) {
    if (!SERVER_NAMES.some((known) => known === name)) throw new Error(`${stateFile(stateDir)} names an unknown server: ${name}`)
  }
  return servers as State
}

/** The state as it is kept up to date while servers come and go. */
export interface OpenState {
  here(name: ServerName): HereRecord | undefined
  address<Name extends ServerName>(name: Name): ServerAddresses[Name] | undefined
  readonly set: (name: ServerName, record: ServerRecord) => void
  remove(name: ServerName): void
  isEmpty(): boolean
  readonly names: readonly ServerName[]
}

export function openState(stateDir: string): OpenState {
  let state = readState(stateDir)
  const write = (next: State): void => {
    state = next
    writeState(stateDir, state)
  }
  return {
    here(name) {
      const record = state[name]
      return record?.from === 'here' ? record : undefined
    },
    address: <Name extends ServerName>(name: Name) => state[name]?.address,
    set: (name, record) => write({ ...state, [name]: record }),
    remove: (name) => write({ ...state, [name]: undefined }),
    isEmpty: () => Object.values(state).every((record) => record === undefined),
    get names() {
      return SERVER_NAMES.filter((name) => state[name] !== undefined)
    },
  }
}

/** Synchronous, so that nothing comes between a server's start and its record. */
export function writeState(stateDir: string, state: State): void {
  const file = stateFile(stateDir)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, JSON.stringify({ version: VERSION, servers: state }, undefined, 2), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
