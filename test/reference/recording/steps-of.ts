import type { Client } from '@temporalio/client'

/** A moment of a step of a workflow's runs, in the order in which the workflow learned of it. */
export interface Step {
  /** Of the step: the run and the event that scheduled it. */
  readonly id: string
  readonly name: string
  readonly moment: 'began' | 'ended' | 'failed'
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly input: unknown
  /** Undefined but where it ended. */
  readonly result: unknown
}

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>
type Event = NonNullable<History['events']>[number]
type Payloads = { readonly payloads?: readonly { readonly data?: Uint8Array | null }[] | null } | null | undefined

/** Every step of a workflow, from its first run to its last: each run names the one that it continues. */
export async function stepsOf(client: Client, workflowId: string): Promise<readonly Step[]> {
  const runs: (readonly Step[])[] = []
  let runId: string | null | undefined = (await client.workflow.getHandle(workflowId).describe()).runId
  while (runId !== null && runId !== undefined && runId !== '') {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory()
    runs.unshift(stepsOfRun(runId, events ?? []))
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId
  }
  return runs.flat()
}

function stepsOfRun(runId: string, events: readonly Event[]): readonly Step[] {
  const begun = new Map<string, Step>()
  return events.flatMap((event): readonly Step[] => {
    const { activityTaskScheduledEventAttributes: scheduled, activityTaskCompletedEventAttributes: completed } = event
    const at = Number(event.eventTime?.seconds ?? 0) * 1000 + Math.floor((event.eventTime?.nanos ?? 0) / 1e6)
    if (scheduled !== null && scheduled !== undefined) {
      const step: Step = { id: `${runId}/${String(event.eventId)}`, name: scheduled.activityType?.name ?? '', moment: 'began', at, input: firstOf(scheduled.input), result: undefined }
      begun.set(String(event.eventId), step)
      return [step]
    }
    if (completed !== null && completed !== undefined) {
      const step = begun.get(String(completed.scheduledEventId))
      return step === undefined ? [] : [{ ...step, moment: 'ended', at, result: firstOf(completed.result) }]
    }
    const failed = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes ?? event.activityTaskCanceledEventAttributes
    const step = failed === null || failed === undefined ? undefined : begun.get(String(failed.scheduledEventId))
    return step === undefined ? [] : [{ ...step, moment: 'failed', at }]
  })
}

function firstOf(payloads: Payloads): unknown {
  const data = payloads?.payloads?.[0]?.data
  return data === null || data === undefined || data.length === 0 ? undefined : (JSON.parse(Buffer.from(data).toString('utf8')) as unknown)
}
