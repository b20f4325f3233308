import { join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { PACKAGE_ROOT } from '../../worker/package-root.ts'
import type { Goal } from '../measure/goals.ts'
import { type Machine, thisMachine } from '../measure/machine.ts'
import { type ArmResult, runArm } from './arm.ts'
import { feedGoals } from './goals.ts'

export interface FeedsOptions {
  /** How many feeds, one measurement for each number and interval. */
  readonly feeds: readonly number[]
  readonly intervalsMs: readonly number[]
  /** How long each shape is measured, once all feeds have begun. */
  readonly measureMs: number
  readonly continueAfterEvents: number
  /** A folder of our own; whoever made it removes it. */
  readonly folder: string
  readonly progress: (line: string) => void
}

export interface FeedsBench {
  readonly machine: Machine
  readonly measureMs: number
  readonly continueAfterEvents: number
  readonly results: readonly ArmResult[]
  readonly goals: readonly Goal[]
}

/**
 * Measures what a feed's run costs Temporal beside a bare timer and activity: each shape on a dev server and a worker of its own, one
 * after the other, so that none falls to another's account. @throws Error when the machine is too slow for so many feeds.
 */
export async function benchFeeds({ feeds, intervalsMs, measureMs, continueAfterEvents, folder, progress }: FeedsOptions): Promise<FeedsBench> {
  const machine = thisMachine()
  const code = { bare: await bundle('bench/feeds/bare/index.ts'), ours: await bundle('workflows/index.ts') }
  const results: ArmResult[] = []
  for (const intervalMs of intervalsMs) {
    for (const number of feeds) {
      for (const arm of ['bare', 'ours'] as const) {
        progress(`${number} feeds at ${intervalMs / 1000} s, ${arm}: about ${Math.ceil((measureMs + 4 * intervalMs) / 60_000)} min`)
        const own = join(folder, `${arm}-${number}-${intervalMs}`)
        results.push(await runArm({ arm, feeds: number, intervalMs, measureMs, continueAfterEvents, code: code[arm], folder: own }))
      }
    }
  }
  return { machine, measureMs, continueAfterEvents, results, goals: feedGoals(results) }
}

/** Of the sources, so that no build need be up to date. */
async function bundle(path: string): Promise<string> {
  const { code } = await bundleWorkflowCode({ workflowsPath: join(PACKAGE_ROOT, path), logger: new DefaultLogger('ERROR') })
  return code
}
