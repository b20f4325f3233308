import { sleep } from '@temporalio/workflow'

/** Workflows that no history of ours fits: replaying one against them has to fail. */
export async function threatFeed(): Promise<void> {
  await sleep('1 day')
}

export async function feedController(): Promise<void> {
  await sleep('1 day')
}

export async function feedRequest(): Promise<void> {
  await sleep('1 day')
}
