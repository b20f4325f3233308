import { DefaultLogger } from '@temporalio/worker'
import { readConfig } from '../../worker/config.ts'
import { runWorker } from '../../worker/worker.ts'

// A worker to be killed: searches every second, says when it runs. Its workflows are at WORKFLOW_BUNDLE.
const worker = await runWorker(readConfig(process.env), { logger: new DefaultLogger('WARN'), searchIntervalMs: 1000, workflowBundle: process.env['WORKFLOW_BUNDLE'] ?? '' })
process.stdout.write('ready\n')
await worker.done
