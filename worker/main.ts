import { readConfig } from './config.ts'
import { ConfigError } from './environment.ts'
import { withLocalServers } from './local-settings.ts'
import { installRuntime, jsonLogger } from './log.ts'
import { namedEnvironment } from './named-environment.ts'
import { PACKAGE_ROOT } from './package-root.ts'
import { type RunningWorker, runWorker } from './worker.ts'

/** A container's stop waits 30 s by default; what has not ended by now will not (contract: stop within 20 s). */
const HARD_STOP_MS = 18_000

/** The long-running process: 0 after a signal, 1 when it broke, 2 when its settings do not fit. */
async function main(): Promise<number> {
  const stop = new AbortController()
  let worker: RunningWorker | undefined
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      stop.abort()
      setTimeout(() => process.exit(1), HARD_STOP_MS).unref()
      worker?.shutdown().catch(() => undefined)
    })
  }
  const config = readConfig(withLocalServers(namedEnvironment(process.env), PACKAGE_ROOT))
  const logger = jsonLogger(config.logLevel)
  installRuntime(logger)
  try {
    worker = await runWorker(config, { logger, signal: stop.signal })
    if (stop.signal.aborted) await worker.shutdown()
    await worker.done
  } catch (error) {
    if (stop.signal.aborted) return 0
    logger.error('the worker ends', { reason: error instanceof Error ? error.message : 'unknown', error: error instanceof Error ? error.name : '' })
    return 1
  }
  logger.info('the worker has ended')
  return 0
}

let code: number
try {
  code = await main()
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`)
  code = error instanceof ConfigError ? 2 : 1
}
// Not left to the event loop, which Temporal's native code can hold for good after a start that failed (seen under Deno).
process.exit(code)
