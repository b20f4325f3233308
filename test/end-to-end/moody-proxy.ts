import { openProxy, UNAVAILABLE } from './proxy.ts'

/** Stands before Elasticsearch and refuses what a test tells it to. */
export interface MoodyProxy {
  readonly url: string
  /** Requests for which this holds are answered 503. */
  refuse: (method: string, path: string) => boolean
  /** Requests for which this holds reach Elasticsearch, and whoever asked never learns of it. */
  withhold: (method: string, path: string) => boolean
  close(): Promise<void>
}

export async function openMoodyProxy(target: string): Promise<MoodyProxy> {
  const { url, close } = await openProxy({
    target,
    before: ({ method, path }) => (moody.refuse(method, path) ? UNAVAILABLE : null),
    after: ({ method, path }) => (moody.withhold(method, path) ? 'nothing' : null),
  })
  const moody: MoodyProxy = { url, refuse: () => false, withhold: () => false, close }
  return moody
}
