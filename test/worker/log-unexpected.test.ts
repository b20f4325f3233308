import { CancelledFailure } from '@temporalio/common'
import { describe, expect, it } from 'vitest'
import { FeedFailure } from '../../domain/failure.ts'
import { jsonLogger } from '../../worker/log.ts'
import { logUnexpected } from '../../worker/log-unexpected.ts'

describe('steps that fail', () => {
  async function linesOf(error: unknown): Promise<string> {
    const lines: string[] = []
    const steps = logUnexpected({ pullFeed: () => Promise.reject(error as Error) }, jsonLogger('INFO', (line) => lines.push(line)))
    await expect(steps.pullFeed()).rejects.toBe(error)
    return lines.join('')
  }

  it('T-04 logs where an unexpected error came from, and nothing of its message', async () => {
    const error = new TypeError('canary of a url\n    with canary lines')
    const line = await linesOf(error)
    expect(line).toContain('"error":"TypeError"')
    expect(line).toContain('log-unexpected.test.ts')
    expect(line).not.toContain('canary')
  })

  it('leaves expected failures and cancellations to those who handle them', async () => {
    expect(await linesOf(new FeedFailure('PullFailed', 'wait', 'answered 500'))).toBe('')
    expect(await linesOf(new CancelledFailure('cancelled'))).toBe('')
  })
})
