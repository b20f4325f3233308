import { logKindOf } from '../domain/feed/content.ts'
import { FeedFailure } from '../domain/failure.ts'
import { ClientError } from './client-error.ts'
import type { FeedClientParts } from './feed-client.ts'
import type { FeedResource, RunInfo } from './parts.ts'
import { readSpec, summarise } from './read-resource.ts'
import type { FeedDescription } from './results.ts'
import { attempts, searchProgress } from './state-facts.ts'

/**
 * Gathers what resource, run and store know of a feed. The resource is at hand; the run is asked, and when no worker answers what it
 * last wrote to its state document (contract S-07) is shown instead.
 */
export async function describeFeed(resource: FeedResource, parts: FeedClientParts, signal: AbortSignal): Promise<FeedDescription> {
  const { cluster, runs, records } = parts
  const { name, uid } = resource
  const feed = { cluster, name, uid }
  const unavailable: string[] = []
  const ask = async <T>(what: string, call: Promise<T>): Promise<T | null> => {
    try {
      return await call
    } catch (error) {
      if (!(error instanceof ClientError) && !(error instanceof FeedFailure)) throw error
      unavailable.push(`${what}: ${error.message}`)
      return null
    }
  }

  const [run, stored, rejected] = await Promise.all([
    ask('the run', runs.find(name, signal)),
    ask('the state document', records.state(feed, signal)),
    ask('rejected entries', records.rejections(feed, signal)),
  ])
  const running = run?.status === 'running'
  const asked = running ? await runs.ask(name, signal) : null
  const answer = asked?.state.uid === uid ? asked : null
  if (running && answer === null) unavailable.push('the run: no worker answers for it; what it last wrote is shown')
  const summary = summarise(resource, run === null && unavailable.some((text) => text.startsWith('the run:')) ? null : running)
  const state = answer?.state ?? stored
  const newest = state === null ? null : await ask('the newest window', records.newestWindow(logKindOf(summary.content), signal))

  return {
    ...summary,
    uid,
    ...readSpec(resource),
    set: state?.version ? { ...state.version.set, adoptedAt: state.version.adoptedAt } : null,
    run: run === null ? null : describeRun(run),
    attempts: state === null ? null : attempts(state, answer?.nextPullAt ?? null, summary.mode === 'Enabled'),
    search: state === null ? null : searchProgress(state, newest),
    rejected,
    unavailable,
  }
}

function describeRun({ workflowId, runId, status, startedAt }: RunInfo): FeedDescription['run'] {
  return { workflowId, runId, status, startedAt }
}
