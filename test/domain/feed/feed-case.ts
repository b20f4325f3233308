/** Stands in urls and header values, and may come back in no message at all (contract V-18, T-04). */
export const CANARY = 'canary7f3'
/** The feed of every case that does not set another name. */
export const NAME = 'sample'
export const URL_OK = `https://feeds.example/${CANARY}/list`

export interface FeedCase {
  /** Begins with the ids it proves. */
  readonly name: string
  readonly object: Readonly<Record<string, unknown>>
  /** Fields of the problems that reading finds, sorted; none for a valid feed. */
  readonly problems: readonly string[]
  /** Where the API server admits what reading refuses, or the other way round: the limit of the API server that forces it. */
  readonly differs?: string
  /** What the API server's message names, where it is not the last field of the first problem. */
  readonly names?: string
}

export function feed(spec: unknown, metadata: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalThreatFeed',
    metadata: { name: NAME, ...metadata },
    ...(spec === undefined ? {} : { spec }),
  }
}
export const pulled = (http: Record<string, unknown>, spec: Record<string, unknown> = {}): Readonly<Record<string, unknown>> =>
  feed({ ...spec, pull: { http: { url: URL_OK, ...http } } })

export type Case = Omit<FeedCase, 'problems'>
export const valid = (...cases: readonly Case[]): readonly FeedCase[] => cases.map((one) => ({ ...one, problems: [] }))
export const invalid = (field: string, ...cases: readonly Case[]): readonly FeedCase[] => cases.map((one) => ({ ...one, problems: [field] }))

export const spec = (name: string, value: unknown): Case => ({ name, object: feed(value) })
export const period = (name: string, value: unknown): Case => ({ name: `V-06 ${name}`, object: feed({ pull: { period: value, http: { url: URL_OK } } }) })
export const url = (name: string, value: unknown): Case => ({ name: `V-07 ${name}`, object: pulled({ url: value }) })
export const format = (name: string, value: unknown): Case => ({ name, object: pulled({ format: value }) })
export const path = (name: string, value: unknown): Case => format(`V-09 ${name}: ${String(value)}`, { json: { path: value } })
export const csv = (name: string, value: Record<string, unknown>): Case => format(name, { csv: value })
export const header = (name: string, ...headers: readonly unknown[]): Case => ({ name, object: pulled({ headers }) })
export const secret = (name: string, ref: unknown): Case => header(name, { name: 'APIKey', valueFrom: { secretKeyRef: ref } })
export const labels = (name: string, value: unknown): Case => ({ name: `V-05 ${name}`, object: pulled({}, { globalNetworkSet: { labels: value } }) })
export const named = (name: string, value: string): Case => ({ name: `V-16 ${name}`, object: feed({}, { name: value }) })
export const annotated = (name: string, annotations: Record<string, string>): Case => ({ name: `V-21 ${name}`, object: feed({}, { annotations }) })

export const HTTP = 'spec.pull.http'
export const LABELS = 'spec.globalNetworkSet.labels'
export const CSV = `${HTTP}.format.csv`
export const HEADER = `${HTTP}.headers[0]`
export const REF = `${HEADER}.valueFrom.secretKeyRef`
export const OPTION = 'threatfeeds.projectcalico.org/'
