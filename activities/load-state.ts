import { cancellationSignal } from '@temporalio/activity'
import { resume } from '../domain/run/resume.ts'
import type { FeedSteps } from '../domain/run/steps.ts'
import { removeFormerLives, type FormerLivesPorts } from './former-lives.ts'

/**
 * What an earlier run of this life of the feed left in the store, with the body that it had not come to speak of, or null (contract S-07).
 * A life begins with what former ones left removed, before anything is read or stored for it.
 * @throws FeedFailure `StoreFailed`, `ApiUnavailable`
 */
export function createLoadState(ports: FormerLivesPorts): FeedSteps['loadState'] {
  const { states, pulls } = ports
  return async ({ feed }) => {
    const signal = cancellationSignal()
    const kept = await states.read(feed, signal)
    if (kept === null) await removeFormerLives(ports, feed, signal)
    return resume(feed.uid, kept, await pulls.read(feed, signal))
  }
}
