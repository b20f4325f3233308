import { sleep } from '@temporalio/workflow'

/** A `threatFeed` that no history of ours fits: replaying one against it has to fail. */
export async function threatFeed(): Promise<void> {
  await sleep('1 day')
}
