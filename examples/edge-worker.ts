import { ClientError, type ClientErrorCode } from '../client/client-error.ts'
import { EdgeClient } from '../client/edge.ts'

/** Variables and secrets that the platform binds. */
interface Bindings {
  readonly TEMPORAL_HTTP_URL: string
  readonly TEMPORAL_API_KEY?: string
  readonly CLUSTER_NAME: string
  /** Whoever calls this worker sends it as `Authorization: Bearer`. */
  readonly CALLER_TOKEN: string
}

/** A platform ends a request that takes long by itself. Milliseconds. */
const MOST_MS = 60_000
const STATUS: Readonly<Record<ClientErrorCode, number>> = { invalid: 400, 'not-found': 404, failed: 409, unreachable: 503 }
const PATH = /^\/feeds(?:\/([^/]+)(?:\/(start|cancel|refresh))?)?$/

/** Feeds of one cluster over HTTP, as a worker of Cloudflare or of workerd: `POST /feeds/deny-list/refresh?wait`, `GET /feeds`. */
const worker = {
  async fetch(request: Request, { TEMPORAL_HTTP_URL, TEMPORAL_API_KEY, CLUSTER_NAME, CALLER_TOKEN }: Bindings): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const [matched, encoded, verb] = PATH.exec(pathname) ?? []
    if (matched === undefined) return Response.json({ code: 'not-found' }, { status: 404 })
    if (!(await isSame(request.headers.get('authorization') ?? '', `Bearer ${CALLER_TOKEN}`))) return Response.json({ code: 'unauthorized' }, { status: 401 })
    if (request.method !== (verb === undefined ? 'GET' : 'POST')) return Response.json({ code: 'invalid' }, { status: 405 })
    try {
      const feeds = new EdgeClient({ url: TEMPORAL_HTTP_URL, cluster: CLUSTER_NAME, ...(TEMPORAL_API_KEY === undefined ? {} : { apiKey: TEMPORAL_API_KEY }) })
      const signal = AbortSignal.timeout(MOST_MS)
      if (encoded === undefined) return Response.json(await feeds.list(signal))
      const name = decodeURIComponent(encoded)
      if (verb === undefined) return Response.json(await feeds.describe(name, signal))
      if (verb === 'refresh') return Response.json(await feeds.refresh(name, { wait: searchParams.has('wait') }, signal))
      return Response.json(await feeds[verb === 'start' ? 'start' : 'cancel'](name, signal))
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      return Response.json({ code: error.code, message: error.message }, { status: STATUS[error.code] })
    }
  },
}

export { worker as default }

/** Takes as long for any two texts: what is compared are digests, whose likeness tells nothing. */
async function isSame(given: string, expected: string): Promise<boolean> {
  const digest = async (text: string): Promise<Uint8Array> => new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  const [a, b] = await Promise.all([digest(given), digest(expected)])
  return a.every((byte, at) => byte === b[at])
}
