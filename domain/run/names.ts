/**
 * Names on the wire. The queues are per cluster: workers of two clusters that share a Temporal namespace must never run each
 * other's steps, since each holds the credentials of its own cluster alone.
 */
export function workflowId(cluster: string, name: string): string {
  return `threatfeed/${cluster}/${name}`
}

export function controllerId(cluster: string): string {
  return `threatfeed-controller/${cluster}`
}

export function taskQueue(cluster: string): string {
  return `threatfeed-${cluster}`
}

export function controlTaskQueue(cluster: string): string {
  return `threatfeed-control-${cluster}`
}

/**
 * A request of somebody who reaches Temporal alone (domain/run/requests.ts). It holds no "/", since Temporal's HTTP API decodes a path
 * before it takes it apart, and so can name no workflow whose id has one: neither a feed's run nor the controller.
 *
 * @param key names the request: letters, digits, "-" and "_" (`isRequestKey`), so that none is another cluster's.
 */
export function requestId(cluster: string, key: string): string {
  return `threatfeed-request.${cluster}.${key}`
}

/** What a cluster may be called: its name is part of index names and of workflow ids. */
export function isClusterName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,99}$/.test(name)
}

export function isRequestKey(key: string): boolean {
  return /^[A-Za-z0-9_-]{1,100}$/.test(key)
}

/** Name of the workflow that does what a request asks for. */
export const REQUEST_WORKFLOW = 'feedRequest'

/** Search attributes, all of type Keyword. */
export const SEARCH_ATTRIBUTES = {
  name: 'FeedName',
  content: 'FeedContent',
  health: 'FeedHealth',
  cluster: 'FeedCluster',
} as const
