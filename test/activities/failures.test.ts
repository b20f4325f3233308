import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { describe, expect, it } from 'vitest'
import { withFailures } from '../../activities/failures.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { environment } from './world.ts'

/** What Temporal is given when a step throws this. */
async function given(thrown: unknown, cancelled = false): Promise<Error> {
  const from = environment()
  if (cancelled) from.cancel()
  const { step } = withFailures({ step: (input: unknown) => Promise.reject(input as Error) })
  return from.run(step, thrown).then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error as Error,
  )
}

describe('withFailures', () => {
  it.each([
    ['user', true],
    ['wait', true],
    ['retry', false],
  ] as const)('gives Temporal code, message and fields of a failure classed %s', async (failureClass, nonRetryable) => {
    const failure = await given(new FeedFailure('PullFailed', failureClass, 'feeds.example answered 503', { status: 503, retryAfterS: 7 }))
    expect(failure).toBeInstanceOf(ApplicationFailure)
    expect(failure).toMatchObject({
      type: 'PullFailed',
      message: 'feeds.example answered 503',
      nonRetryable,
      details: [{ status: 503, retryAfterS: 7 }],
    })
    expect(failure.cause).toBeUndefined()
  })

  it('T-04 tells of an unexpected error its name and code, and tries again', async () => {
    const cause = new Error('canary cause')
    const error = Object.assign(new TypeError('https://user:canary@host/?key=canary', { cause }), { code: 'ERR_INVALID_URL', input: 'canary' })
    const failure = await given(error)
    expect(failure).toMatchObject({ type: 'Internal', message: 'Unexpected TypeError ERR_INVALID_URL', nonRetryable: false })
    expect(JSON.stringify({ ...failure, message: failure.message, stack: failure.stack, cause: failure.cause })).not.toContain('canary')
    expect(await given('canary')).toMatchObject({ message: 'Unexpected value of type string' })
    expect(await given(Object.assign(new Error('x'), { name: 'canary canary', code: 'a/b' }))).toMatchObject({ message: 'Unexpected error' })
  })

  it('bounds a message', async () => {
    expect((await given(new FeedFailure('InvalidSpec', 'user', 'x'.repeat(5_000)))).message).toHaveLength(1_000)
  })

  it('passes a cancellation on without its cause, also one that a client made a failure of', async () => {
    const cancelled = await given(new CancelledFailure('canary', [], new Error('canary')))
    expect(cancelled).toBeInstanceOf(CancelledFailure)
    expect(cancelled.cause).toBeUndefined()
    expect(await given(new FeedFailure('StoreFailed', 'wait', 'no connection'), true)).toBeInstanceOf(CancelledFailure)
    expect(await given(new DOMException('aborted', 'AbortError'), true)).toBeInstanceOf(CancelledFailure)
    expect(await given(new RangeError('a mistake'), true)).toMatchObject({ type: 'Internal' })
    expect(await given(new DOMException('aborted', 'AbortError'))).toMatchObject({ type: 'Internal' })
  })

  it('hands a result on as it is', async () => {
    const { step } = withFailures({ step: (input: number) => Promise.resolve(input + 1) })
    expect(await environment().run(step, 1)).toBe(2)
  })
})
