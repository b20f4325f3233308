import { ClientError, type ClientErrorCode } from '../client/client-error.ts'
import { EdgeClient } from '../client/edge.ts'
import { Problem, type ProblemCode } from './problem.ts'
import type { RefreshFeed } from './refresh-feed.ts'

/** Temporal, as far as its HTTP API is concerned. */
export interface TemporalSettings {
  readonly url: string
  readonly namespace: string
  readonly cluster: string
  readonly apiKey: string | null
}

/** Providers give up on a webhook after some 15 s; where Temporal is there, the client answers after five, and asks once more where it was refused before. */
const PATIENCE_MS = 12_000

const CODES = {
  'not-found': 'no-feed',
  unreachable: 'temporal-unavailable',
  failed: 'temporal-unavailable',
  invalid: 'misconfigured',
} as const satisfies Record<ClientErrorCode, ProblemCode>

/** Asks over Temporal's HTTP API. Temporal remembers the key, so that a message that comes again is the same request. */
export function temporalRefresh(settings: TemporalSettings): RefreshFeed {
  const client = edgeClient(settings)
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

/** @throws ClientError `invalid`, naming the option and never its value. */
export function edgeClient({ apiKey, ...settings }: TemporalSettings): EdgeClient {
  return new EdgeClient({ ...settings, ...(apiKey === null ? {} : { apiKey }) })
}
