import { getHeapStatistics } from 'node:v8'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { feedCapacity } from '../../../worker/capacity.ts'
import type { WorkerOrder, WorkerNews } from '../arm.ts'
import { fakeSteps, STEP_MS } from '../fake-steps.ts'

/** A worker in a process of its own, with the capacity of the real one. Tells its parent how often each feed has made its step, at least. */
const order = JSON.parse(process.argv[2] ?? '') as WorkerOrder
const counts = new Map<string, number>()
let least = 0

function tell(news: WorkerNews): void {
  process.send?.(news)
}

function onStep(name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
  if (counts.size < order.feeds) return
  const now = Math.min(...counts.values())
  if (now > least) tell({ kind: 'rounds', least: (least = now) })
}

const bareSteps = {
  async step({ name }: { readonly name: string }): Promise<void> {
    onStep(name)
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  },
}

Runtime.install({ logger: new DefaultLogger('ERROR') })
const { address, taskQueue, codePath, arm, intervalMs, continueAfterEvents } = order
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowBundle: { codePath },
  activities: arm === 'bare' ? bareSteps : fakeSteps({ intervalMs, continueAfterEvents, onSearch: onStep }),
  ...feedCapacity(getHeapStatistics().heap_size_limit),
})
tell({ kind: 'ready' })
await worker.run()
