import { DefaultLogger } from '@temporalio/worker'
import { readConfig } from '../../../worker/config.ts'
import { runWorker } from '../../../worker/worker.ts'

/** A step takes a second on a busy machine: a feed whose steps take as long as its interval comes to everything else in turn. */
const SEARCH_EVERY_MS = 2000

// The product's worker, to be killed: says when it runs, ends when it is asked to.
const worker = await runWorker(readConfig(process.env), {
  logger: new DefaultLogger('WARN'),
  searchIntervalMs: SEARCH_EVERY_MS,
  workflowBundle: process.env['REFERENCE_WORKFLOWS'] ?? '',
})
process.once('SIGTERM', () => void worker.shutdown())

// Killed itself, what started this can no longer end it.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) process.exit(1)
}, 1000).unref()

process.stdout.write('ready\n')
await worker.done
