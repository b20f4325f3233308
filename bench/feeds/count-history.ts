/** As much of an event of a history as is counted. Times are as Temporal's messages hold them. */
export interface HistoryEvent {
  readonly eventTime?: { readonly seconds?: Numeric | null; readonly nanos?: number | null } | null
  readonly workflowExecutionStartedEventAttributes?: object | null
  readonly timerStartedEventAttributes?: object | null
  readonly timerFiredEventAttributes?: object | null
  readonly workflowExecutionSignaledEventAttributes?: object | null
  readonly workflowExecutionUpdateAcceptedEventAttributes?: object | null
  readonly upsertWorkflowSearchAttributesEventAttributes?: object | null
  readonly activityTaskStartedEventAttributes?: { readonly attempt?: number | null } | null
  readonly activityTaskCompletedEventAttributes?: object | null
}
type Numeric = number | { toNumber(): number }

/** Milliseconds since the epoch; its end is not in it. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface Counted {
  events: number
  /** As Temporal Cloud's price list counts them. */
  actions: number
  /** From a timer to the end of the first step after it, milliseconds. */
  readonly latencies: number[]
}

export function emptyCount(): Counted {
  return { events: 0, actions: 0, latencies: [] }
}

/** Each start of a run (continued ones too), timer, signal, update and upsert of search attributes is one action, and each attempt of a step. */
export function countHistory(events: readonly HistoryEvent[], { from, to }: Span, counted: Counted): void {
  let firedAt: number | null = null
  for (const event of events) {
    const at = timeOf(event)
    if (event.timerFiredEventAttributes) firedAt = at
    if (at < from || at >= to) continue
    counted.events += 1
    counted.actions += actionsOf(event)
    if (!event.activityTaskCompletedEventAttributes || firedAt === null) continue
    counted.latencies.push(at - firedAt)
    firedAt = null
  }
}

function actionsOf(event: HistoryEvent): number {
  const { activityTaskStartedEventAttributes: step } = event
  if (step) return step.attempt ?? 1
  const isAction =
    event.workflowExecutionStartedEventAttributes ??
    event.timerStartedEventAttributes ??
    event.workflowExecutionSignaledEventAttributes ??
    event.workflowExecutionUpdateAcceptedEventAttributes ??
    event.upsertWorkflowSearchAttributesEventAttributes
  return isAction ? 1 : 0
}

function timeOf({ eventTime }: HistoryEvent): number {
  const { seconds = 0, nanos = 0 } = eventTime ?? {}
  const whole = typeof seconds === 'number' ? seconds : (seconds?.toNumber() ?? 0)
  return whole * 1000 + (nanos ?? 0) / 1e6
}
