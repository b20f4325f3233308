import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PACKAGE_ROOT } from '../package-root.ts'
import { exportLines } from './settings.ts'

/** The servers of this folder are those that the worker and the command use where no addresses are set. */
export const DEFAULT_STATE_DIR = join(PACKAGE_ROOT, '.local', 'servers')
const FILE = join(PACKAGE_ROOT, '.local', 'env')

/** Leaves the settings of the default servers where worker and command look for them; those of others are nobody else's. */
export async function leaveSettings(stateDir: string, settings: Readonly<Record<string, string>>): Promise<void> {
  if (stateDir !== DEFAULT_STATE_DIR) return
  await mkdir(dirname(FILE), { recursive: true })
  await writeFile(FILE, exportLines(settings), { mode: 0o600 })
}

export async function takeSettingsAway(stateDir: string): Promise<void> {
  if (stateDir === DEFAULT_STATE_DIR) await rm(FILE, { force: true })
}
