import type { WorkflowInterceptors } from '@temporalio/workflow'

/** A worker that is killed is missed after so long, where the product waits a minute: the only thing that is not as it ships. */
const MISSED_AFTER = '6s'

/** Heartbeats come three times as often. */
export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      scheduleActivity: (input, next) => {
        const { heartbeatTimeout } = input.options
        const shorter = heartbeatTimeout === undefined ? { startToCloseTimeout: MISSED_AFTER } : { heartbeatTimeout: MISSED_AFTER }
        return next({ ...input, options: { ...input.options, ...shorter } })
      },
    },
  ],
})
