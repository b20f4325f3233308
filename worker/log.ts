import { DefaultLogger, type LogEntry, type Logger, type LogLevel, Runtime } from '@temporalio/worker'

/** One line of JSON for each record, to stderr: time, level, message, then the fields. */
export function jsonLogger(level: LogLevel, write: (line: string) => void = (line) => process.stderr.write(line)): Logger {
  return new DefaultLogger(level, (entry) => {
    write(`${formatRecord(entry)}\n`)
  })
}

/**
 * Makes Temporal's runtime of this process, which there is one of, log through this logger. Its core is told to be quiet: it logs what
 * workers see as warnings anyway.
 */
export function installRuntime(logger: Logger): void {
  Runtime.install({
    logger,
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
    // Signals are the worker's own affair (main.ts): it drains in an order.
    shutdownSignals: [],
  })
}

/** Longest text of a field; a stack or an unforeseen message must not fill a log pipeline's line limit of 16 kB. */
const LONGEST_FIELD = 4000

export function formatRecord({ level, message, timestampNanos, meta }: LogEntry): string {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString()
  const record = { time, level: level.toLowerCase(), message, ...meta }
  return JSON.stringify(record, (_key, value: unknown) => plain(value))
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string') return value.length > LONGEST_FIELD ? `${value.slice(0, LONGEST_FIELD)}…` : value
  // No cause: clients' own errors carry urls and headers.
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack }
  return value
}
