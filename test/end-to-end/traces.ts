import { runCommand } from '../../client/command/program.ts'
import type { ConnectedClient } from '../../client/connect.ts'
import { workflowId } from '../../domain/run/names.ts'
import type { Cluster } from './cluster.ts'
import { decoded } from './decoded.ts'
import type { TestWorker } from './worker.ts'

/** One place that people other than a feed's owner read, and everything that stands there. */
export interface Trace {
  readonly where: string
  readonly text: string
}

export interface Watched {
  readonly cluster: Cluster
  readonly worker: TestWorker
  readonly client: ConnectedClient
}

/** Everything that a feed leaves behind outside its own resource's spec, the body in the blob store, and logs. */
export async function tracesOf(watched: Watched, feed: string): Promise<readonly Trace[]> {
  const { cluster } = watched
  const resource = await cluster.feed(feed)
  return [
    ...(await runTraces(cluster, feed)),
    ...(await commandTraces(watched, feed)),
    ...(await clusterTraces(watched)),
    { where: 'status', text: JSON.stringify(resource.status ?? {}) },
    { where: 'network set', text: JSON.stringify(await cluster.networkSet(`threatfeed.${feed}`)) },
  ]
}

/** What is there whether a feed still exists or not. */
export async function clusterTraces({ cluster, worker }: Watched): Promise<readonly Trace[]> {
  const controller = `threatfeed-controller/${cluster.name}`
  const health = await Promise.all(['livez', 'readyz'].map(async (path) => (await fetch(`${worker.healthUrl}/${path}`)).text()))
  return [
    { where: 'history of the controller', text: await cluster.historyTextOf(controller) },
    { where: 'execution of the controller', text: await executions(cluster, controller) },
    { where: 'log of the worker', text: worker.log.join('\n') },
    { where: 'log of Temporal', text: worker.temporalLog.join('\n') },
    { where: 'health', text: health.join('\n') },
    { where: 'Kubernetes events', text: await cluster.kubernetesEvents() },
    ...(await documentTraces(cluster)),
  ]
}

/** All runs of a feed: histories, and what is shown of each beside its history. */
export async function pastTraces(cluster: Cluster, feed: string): Promise<readonly Trace[]> {
  return [
    { where: 'history', text: await cluster.historyText(feed) },
    { where: 'execution', text: await executions(cluster, workflowId(cluster.name, feed)) },
  ]
}

async function runTraces(cluster: Cluster, feed: string): Promise<readonly Trace[]> {
  const run = cluster.temporal.workflow.getHandle(workflowId(cluster.name, feed))
  return [
    ...(await pastTraces(cluster, feed)),
    { where: 'state query', text: JSON.stringify(await run.query('state')) },
    // Current details, the types of what is waited for, names of messages.
    { where: 'current details', text: JSON.stringify(await run.query('__temporal_workflow_metadata')) },
    { where: 'stack trace', text: JSON.stringify(await run.query('__stack_trace')) },
  ]
}

/** Memo, search attributes, pending activities with their last failures and heartbeats. */
async function executions(cluster: Cluster, id: string): Promise<string> {
  const parts: string[] = []
  for await (const { runId, raw } of cluster.temporal.workflow.list({ query: `WorkflowId = "${id}"` })) {
    parts.push(decoded(raw), decoded((await cluster.temporal.workflow.getHandle(id, runId).describe()).raw))
  }
  return parts.join('\n')
}

/** Documents of every index of the cluster; a pull's body lies compressed in the chunks of the blob index, which nobody can read as text. */
async function documentTraces(cluster: Cluster): Promise<readonly Trace[]> {
  const { elasticsearch, name } = cluster
  const index = `*${name}*`
  await elasticsearch.indices.refresh({ index, expand_wildcards: 'all' })
  // A test of this file leaves some hundred windows and blobs; 10,000 is the most that one answer holds.
  const found = await elasticsearch.search<{ kind?: string }>({ index, expand_wildcards: 'all', size: 10_000 })
  const { total } = found.hits
  if (found.hits.hits.length !== (typeof total === 'number' ? total : total?.value)) throw new Error('more documents than one answer holds')
  return found.hits.hits.map((hit) => ({
    where: `document in ${hit._index.replace(name, '<cluster>')}${hit._source?.kind === 'rejections' ? ' of rejections' : ''}`,
    text: JSON.stringify(hit),
  }))
}

/** The command's words. What `describe` shows of rejected entries is a place of its own. */
async function commandTraces({ client }: Watched, feed: string): Promise<readonly Trace[]> {
  const json = await threatfeed(client, 'describe', feed, '--output', 'json')
  const { rejected, ...described } = JSON.parse(json) as { rejected: unknown }
  const lines = (await threatfeed(client, 'describe', feed)).split('\n')
  const from = lines.findIndex((line) => line.startsWith('Rejected entries:'))
  const isSample = (at: number): boolean => from >= 0 && at > from && (lines[at] ?? '').startsWith('  ')
  return [
    { where: 'threatfeed list', text: `${await threatfeed(client, 'list')}${await threatfeed(client, 'list', '-o', 'json')}` },
    { where: 'threatfeed describe', text: JSON.stringify(described) + lines.filter((_, at) => !isSample(at)).join('\n') },
    { where: 'rejected entries of threatfeed describe', text: JSON.stringify(rejected) + lines.filter((_, at) => isSample(at)).join('\n') },
  ]
}

/** Output and errors of one command, whatever it ended with. */
export async function threatfeed(client: ConnectedClient, ...argv: readonly string[]): Promise<string> {
  const said: string[] = []
  await runCommand(argv, {
    withClient: (use) => use(client.feeds),
    out: (text) => said.push(text),
    err: (text) => said.push(text),
    signal: new AbortController().signal,
    version: '0',
  })
  return said.join('\n')
}
