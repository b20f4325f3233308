import { describe, expect, it } from 'vitest'
import { countHistory, emptyCount } from '../../../bench/feeds/count-history.ts'
import type { HistoryEvent } from '../../../bench/feeds/count-history.ts'
import { quantile } from '../../../bench/feeds/tables.ts'

/** An event at so many milliseconds. */
function at(ms: number, event: HistoryEvent = {}): HistoryEvent {
  return { ...event, eventTime: { seconds: { toNumber: () => Math.floor(ms / 1000) }, nanos: (ms % 1000) * 1e6 } }
}

describe('what a history costs', () => {
  it('counts the events of the span, and of those the actions, each attempt of a step for one', () => {
    const counted = emptyCount()
    const events = [
      at(900, { workflowExecutionStartedEventAttributes: {} }),
      at(1_000, { timerStartedEventAttributes: {} }),
      at(2_000, { timerFiredEventAttributes: {} }),
      at(2_010),
      at(2_020, { activityTaskStartedEventAttributes: { attempt: 3 } }),
      at(2_030, { activityTaskCompletedEventAttributes: {} }),
      at(2_040, { upsertWorkflowSearchAttributesEventAttributes: {} }),
      at(2_050, { workflowExecutionSignaledEventAttributes: {} }),
      at(2_060, { workflowExecutionUpdateAcceptedEventAttributes: {} }),
      at(3_000, { timerStartedEventAttributes: {} }),
    ]
    countHistory(events, { from: 1_000, to: 3_000 }, counted)
    expect(counted).toEqual({ events: 8, actions: 1 + 3 + 3, latencies: [30] })
  })

  it('takes the first step after each timer, also of one that fired before the span', () => {
    const counted = emptyCount()
    const step = { activityTaskCompletedEventAttributes: {} }
    countHistory([at(990, { timerFiredEventAttributes: {} }), at(1_010, step), at(1_500, step)], { from: 1_000, to: 2_000 }, counted)
    expect(counted.latencies).toEqual([20])
  })

  it('tells quantiles, and nothing of nothing', () => {
    const values = Array.from({ length: 100 }, (_, index) => 99 - index)
    expect([quantile(values, 0.5), quantile(values, 0.95), quantile([7], 0.95), quantile([], 0.5)]).toEqual(['50', '95', '7', ''])
  })
})
