import { CancellationScope, sleep } from '@temporalio/workflow'

/** Works on a task until a timer has fired, and cancels that timer with it: a task which the time-skipping server loses. Until it did. */
export async function cancelsTooLate(): Promise<never> {
  for (;;) {
    const scope = new CancellationScope()
    const late = scope.run(() => sleep('100 ms')).catch(() => undefined)
    await sleep(1)
    let turns = 0
    while (turns < 1e9) turns += 1
    if (turns > 0) scope.cancel()
    await late
  }
}
