import { sleep } from '@temporalio/workflow'
import { threatFeed as threatFeedOfToday } from '../../../workflows/index.ts'
import type { ThreatFeedInput } from '../../../workflows/threat-feed.ts'

/** A later version of `threatFeed`: it begins with a timer, so that no history of today's fits it, nor one of its own today's. */
export async function threatFeed(input: ThreatFeedInput): Promise<void> {
  await sleep(1)
  await threatFeedOfToday(input)
}
