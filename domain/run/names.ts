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

/** Search attributes, all of type Keyword. */
export const SEARCH_ATTRIBUTES = {
  name: 'FeedName',
  content: 'FeedContent',
  health: 'FeedHealth',
  cluster: 'FeedCluster',
} as const
