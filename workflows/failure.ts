import { ActivityFailure, ApplicationFailure, TimeoutFailure, isCancellation } from '@temporalio/workflow'
import type { FailureFields } from '../domain/failure.ts'

/** A step's failure as the loop sees it. */
export interface StepFailure {
  /** A failure code, `Timeout`, or `Internal` for what nobody expected. */
  readonly code: string
  readonly message: string
  readonly fields: FailureFields
}

/**
 * What a failed step says; its message was made safe where it was thrown.
 * @throws the error itself when it is a cancellation or no step's failure.
 */
export function stepFailure(error: unknown, step: string): StepFailure {
  if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error
  const { cause } = error
  if (cause instanceof ApplicationFailure) {
    const [fields] = cause.details ?? []
    return { code: cause.type ?? 'Internal', message: cause.message, fields: isFields(fields) ? fields : {} }
  }
  if (cause instanceof TimeoutFailure) return { code: 'Timeout', message: `the step "${step}" did not end in its time`, fields: {} }
  return { code: 'Internal', message: `the step "${step}" failed`, fields: {} }
}

function isFields(value: unknown): value is FailureFields {
  return typeof value === 'object' && value !== null
}
