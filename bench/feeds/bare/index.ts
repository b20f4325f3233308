import { proxyActivities, sleep } from '@temporalio/workflow'

export interface BareInput {
  readonly name: string
  readonly intervalMs: number
  /** From 0 to 1: how far into the interval it begins, so that not all begin at once. */
  readonly phase: number
}

interface BareSteps {
  step(input: { readonly name: string }): Promise<void>
}

const { step } = proxyActivities<BareSteps>({ startToCloseTimeout: '1m' })

/** The least that a feed could be: a timer and an activity. It never ends, asks nobody, carries nothing, and is what ours is compared with. */
export async function bareFeed({ name, intervalMs, phase }: BareInput): Promise<void> {
  await sleep(phase * intervalMs)
  for (;;) {
    await step({ name })
    await sleep(intervalMs)
  }
}
