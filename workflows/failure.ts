import { ActivityFailure, ApplicationFailure, CancellationScope, CancelledFailure, TimeoutFailure } from '@temporalio/workflow'
import type { FailureFields } from '../domain/failure.ts'

/** A step's failure as the loop sees it. */
export interface StepFailure {
  /** A failure code, `Timeout`, `Interrupted`, or `Internal` for what nobody expected. */
  readonly code: string
  readonly message: string
  readonly fields: FailureFields
}

/**
 * What a failed step says; its message was made safe where it was thrown.
 * A step that was cancelled although nobody cancelled the run, by its worker or by hand, was interrupted and no more.
 * @throws the error itself when the run is cancelled, or when it is no step's failure.
 */
export function stepFailure(error: unknown, step: string): StepFailure {
  if (!(error instanceof ActivityFailure) || isCutOff(error)) throw error
  const { cause } = error
  if (cause instanceof ApplicationFailure) {
    const [fields] = cause.details ?? []
    return { code: cause.type ?? 'Internal', message: cause.message, fields: isFields(fields) ? fields : {} }
  }
  if (cause instanceof TimeoutFailure) return { code: 'Timeout', message: `the step "${step}" did not end in its time`, fields: {} }
  if (cause instanceof CancelledFailure) return { code: 'Interrupted', message: `the step "${step}" was interrupted`, fields: {} }
  return { code: 'Internal', message: `the step "${step}" failed`, fields: {} }
}

/** Whether a step came to nothing since the run, or whatever part of it asks, was told to stop. */
export function isCutOff(error: unknown): boolean {
  return isCancelled() && error instanceof ActivityFailure && error.cause instanceof CancelledFailure
}

/** Whether the run, or whatever part of it asks, was told to stop. */
export function isCancelled(): boolean {
  return CancellationScope.current().consideredCancelled
}

function isFields(value: unknown): value is FailureFields {
  return typeof value === 'object' && value !== null
}
