import type { Client } from '@elastic/elasticsearch'
import { dateLogs, readSampleLogs } from './sample-logs.ts'
import type { ExpectedEvent } from './sample-logs.ts'

/** Indices of their own, within the patterns that are searched, so that nobody takes the samples for logs of the cluster. */
const INDEX = { flow: 'tigera_secure_ee_flows', dns: 'tigera_secure_ee_dns' } as const

/** Writes the samples as logs that end now. @returns the events they lead to. */
export async function loadLogs(store: Client, cluster: string, text: string, signal: AbortSignal): Promise<readonly ExpectedEvent[]> {
  const samples = dateLogs(readSampleLogs(text), new Date())
  const operations = samples.flatMap(({ kind, doc }) => [{ create: { _index: `${INDEX[kind]}.${cluster}.quickstart` } }, doc])
  const { errors, items } = await store.bulk({ operations }, { signal: AbortSignal.any([signal]) })
  if (errors) throw new Error(`sample logs were refused: ${items.map(({ create }) => create?.error?.type).find(Boolean) ?? 'unknown'}`)
  return samples.flatMap(({ events }) => events)
}
