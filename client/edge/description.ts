import type { Answers } from '../../domain/run/requests.ts'
import { statusOf } from '../../domain/status/status-of.ts'
import { attempts, searchProgress } from '../state-facts.ts'
import type { EdgeFeedDescription } from './results.ts'

/** What neither a run nor Temporal holds: the resource and the store do. */
const NOT_HERE = [
  'description, pull and networkSet: they stand in the resource, which Temporal does not hold',
  'rejected entries: they lie in the store, and never in Temporal',
  'the newest window: it lies in the store, and never in Temporal',
] as const

/** A description of what the worker answered; all the rest is null and said. */
export function descriptionOf(name: string, workflowId: string, { uid, mode, run, report }: Answers['describe']): EdgeFeedDescription {
  const running = run?.status === 'running'
  const state = report?.state ?? null
  const observed = report?.observed ?? null
  const status = state === null ? null : statusOf(state, null, 0)
  return {
    name,
    uid,
    mode,
    content: observed?.content ?? null,
    source: observed === null ? null : observed.periodMs === null ? 'push' : 'pull',
    running,
    lastSuccessfulSync: status?.lastSuccessfulSync ?? null,
    lastSuccessfulSearch: status?.lastSuccessfulSearch ?? null,
    errorConditions: status?.errorConditions ?? null,
    description: null,
    pull: null,
    networkSet: null,
    set: state?.version ? { ...state.version.set, adoptedAt: state.version.adoptedAt } : null,
    run: run === null ? null : { workflowId, runId: run.runId, status: run.status, startedAt: run.startedAt },
    attempts: state === null ? null : attempts(state, report?.nextPullAt ?? null, mode === 'Enabled'),
    search: state === null ? null : searchProgress(state, null),
    rejected: null,
    unavailable: [...NOT_HERE, ...(report === null ? [`the run: ${running ? 'no worker answers for it' : 'none runs'}, so that what it knows is not told`] : [])],
  }
}
