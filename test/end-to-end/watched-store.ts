import { openProxy, UNAVAILABLE } from './proxy.ts'
import type { ProxiedRequest } from './proxy.ts'

export type StoreRequest = ProxiedRequest

/** What happens at a moment; `refuse` answers 503 in place of Elasticsearch, as if it had gone away at that moment. */
export type Act = () => Promise<'refuse' | undefined>

/** Stands before Elasticsearch, remembers what is asked, and lets a test act at a moment between two requests. */
export interface WatchedStore {
  readonly url: string
  /** Every request so far, in order, without bodies. */
  readonly asked: Omit<StoreRequest, 'body'>[]
  /** Once, before the first such request reaches Elasticsearch. */
  before(matches: (request: StoreRequest) => boolean, act: Act): void
  /** Once, after Elasticsearch has answered it and before the worker learns of it. */
  after(matches: (request: StoreRequest) => boolean, act: Act): void
  close(): Promise<void>
}

interface Moment {
  readonly matches: (request: StoreRequest) => boolean
  readonly act: Act
}

export async function openWatchedStore(target: string): Promise<WatchedStore> {
  const asked: Omit<StoreRequest, 'body'>[] = []
  const befores: Moment[] = []
  const afters: Moment[] = []
  const take = async (moments: Moment[], request: StoreRequest) => {
    const at = moments.findIndex(({ matches }) => matches(request))
    return at >= 0 && (await moments.splice(at, 1)[0]?.act()) === 'refuse' ? UNAVAILABLE : null
  }
  const { url, close } = await openProxy({
    target,
    before(request) {
      asked.push({ method: request.method, path: request.path })
      return take(befores, request)
    },
    after: (request) => take(afters, request),
  })
  return {
    url,
    asked,
    before: (matches, act) => void befores.push({ matches, act }),
    after: (matches, act) => void afters.push({ matches, act }),
    close,
  }
}
