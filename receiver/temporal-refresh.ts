import { ClientError, type ClientErrorCode } from '../client/client-error.ts'
import { EdgeClient } from '../client/edge.ts'
import { Problem, type ProblemCode } from './problem.ts'
import type { RefreshFeed } from './refresh-feed.ts'
import type { TemporalSettings } from './settings.ts'

/** Providers give up on a webhook after some 15 s; the client answers after five at the latest where Temporal is there. */
const PATIENCE_MS = 12_000

const CODES = {
  'not-found': 'no-feed',
  unreachable: 'temporal-unavailable',
  failed: 'temporal-unavailable',
  invalid: 'misconfigured',
} as const satisfies Record<ClientErrorCode, ProblemCode>

/** Asks over Temporal's HTTP API. Temporal remembers the key, so that a message that comes again is the same request. */
export function temporalRefresh({ apiKey, ...settings }: TemporalSettings): RefreshFeed {
  const client = new EdgeClient({ ...settings, ...(apiKey === null ? {} : { apiKey }) })
  return async (name, key) => {
    try {
      const { outcome, message } = await client.refresh(name, { wait: false, key }, AbortSignal.timeout(PATIENCE_MS))
      return { outcome, message }
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      throw new Problem(CODES[error.code], error.message, error.code === 'unreachable' ? { headers: { 'retry-after': '60' } } : {})
    }
  }
}
