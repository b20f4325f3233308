import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { identifyStarted } from './process-identity.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** A program that runs until it is ended. */
export interface ServerCommand {
  /** For people, and for the state file. */
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  /** Standard output and error are added to it. */
  readonly logFile: string
}

/** Starts servers; what differs is what ends them. */
export interface Launcher {
  launch(command: ServerCommand): Promise<ProcessIdentity>
  /** Lets go: what a supervisor has started ends now, and its paths go unless they are kept. */
  close(keep: boolean): Promise<void>
}

/** Servers that run on after this process, in sessions of their own. */
export const detachedLauncher: Launcher = {
  launch(command) {
    const log = openSync(command.logFile, 'a', 0o600)
    const child = spawn(command.program, command.args, { cwd: command.cwd, detached: true, stdio: ['ignore', log, log] })
    closeSync(log)
    return new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${command.program} cannot be run: ${error.message}`)))
      child.once('spawn', () => {
        child.unref()
        if (child.pid !== undefined) resolve(identifyStarted(child.pid))
      })
    })
  },
  close: () => Promise.resolve(),
}
