import type { WorkerOptions } from '@temporalio/worker'

/** A cached workflow of a feed holds 0.35 MB of the heap (docs/operations.md, measured with 1,000 feeds). */
const CACHED_WORKFLOW_BYTES = 350_000

/**
 * How many workflows stay in memory. 1.2 times the feeds is enough; with too few, each tick fetches and replays a whole history (at 200
 * for 1,000 feeds the median step went from 7 to 248 ms). Half of the heap is theirs: 5,800 at Node's default of 4 GB, 730 at 512 MB.
 */
export function cachedWorkflows(heapBytes: number): number {
  return Math.max(100, Math.floor(heapBytes / 2 / CACHED_WORKFLOW_BYTES))
}

/**
 * Steps at once. A thousand feeds that search every 60 s are 17 searches a second of some 20 ms, which is a third of one slot; the
 * rest is for pulls, which wait for their hosts, and for what comes after a restart.
 */
const STEPS = 32

/**
 * A step hears that its run was cancelled in the answer to a heartbeat, which would be held back for 80 % of the heartbeat timeout
 * (48 s): this bounds how long a cancelled or disabled feed goes on. Only steps that last longer send more for it. Of the watch's timeout of
 * 15 s, 80 % would leave no room for a heartbeat that is lost; this is a third.
 */
const HEARTBEATS_MS = 5_000

/**
 * Workflow tasks at once, and the polls that fetch them and steps. A thousand feeds at 60 s are 33 workflow tasks a second of 2 to 3 ms:
 * a tenth of one slot. A poll brings one task in some 10 ms, so ten bring thirty times what is wanted. What a restart waits for is the
 * replay, 0.2 ms an event in one thread, which no number here hastens: that is what CONTINUE_AFTER_EVENTS is for.
 */
const WORKFLOW_TASKS = 40
const POLLS = 10

/** From SIGTERM to the end a pod has 30 s, and this worker 20. Steps get eight to end by themselves, then four to clean up. */
const GRACE_MS = 8_000
const FORCE_MS = 15_000

/** Options of the worker that runs the feeds. */
export function feedCapacity(heapBytes: number): Partial<WorkerOptions> {
  return {
    maxCachedWorkflows: cachedWorkflows(heapBytes),
    maxConcurrentActivityTaskExecutions: STEPS,
    maxConcurrentWorkflowTaskExecutions: WORKFLOW_TASKS,
    maxConcurrentWorkflowTaskPolls: POLLS,
    maxConcurrentActivityTaskPolls: POLLS,
    maxHeartbeatThrottleInterval: HEARTBEATS_MS,
    shutdownGraceTime: GRACE_MS,
    shutdownForceTime: FORCE_MS,
  }
}

/**
 * Options of the worker that runs the controller, one workflow and one step that are told to end at once so that another worker takes
 * them, and the requests of those who reach Temporal alone: some steps of milliseconds each, and six that wait (activities/answer-requests.ts).
 */
export function controlCapacity(): Partial<WorkerOptions> {
  return {
    maxCachedWorkflows: 50,
    maxConcurrentActivityTaskExecutions: 13,
    maxConcurrentWorkflowTaskExecutions: 4,
    maxConcurrentWorkflowTaskPolls: 2,
    maxConcurrentActivityTaskPolls: 2,
    maxHeartbeatThrottleInterval: HEARTBEATS_MS,
    shutdownGraceTime: 0,
    shutdownForceTime: FORCE_MS,
  }
}
