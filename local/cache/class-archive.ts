import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerCommand } from '../process/launcher.ts'
import { endProcess, isRunning } from '../process/process-identity.ts'
import { supervisedLauncher } from '../process/supervised-launcher.ts'

/** The JVM writes the archive when it ends: seconds, or a minute on a machine that does much else. */
const STEP_MS = 180_000
const POLL_MS = 200

export interface ClassArchiveOptions {
  /** A Java server that is told by `-XX:ArchiveClassesAtExit` where to write. */
  readonly command: ServerCommand
  /** @throws while it does not serve yet. */
  readonly probe: (signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal | undefined
}

/**
 * Runs a server once for the sake of its classes, which the JVM then keeps as it has parsed them: later starts take half of the
 * processor time. A server that cannot be run has no archive, and says why when it is started in earnest.
 */
export async function archiveClasses({ command, probe, signal }: ClassArchiveOptions): Promise<void> {
  const launcher = supervisedLauncher([])
  try {
    const server = await launcher.launch(command)
    const until = AbortSignal.timeout(STEP_MS)
    const either = signal === undefined ? until : AbortSignal.any([signal, until])
    while (isRunning(server) && !either.aborted && !(await succeeds(probe(either)))) await sleep(POLL_MS)
    signal?.throwIfAborted()
    await endProcess(server, 'SIGTERM', STEP_MS)
  } finally {
    await launcher.close(false)
  }
}

function succeeds(attempt: Promise<void>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  )
}
