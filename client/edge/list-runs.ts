import type { Content } from '../../domain/feed/content.ts'
import { SEARCH_ATTRIBUTES, workflowId } from '../../domain/run/names.ts'
import { ClientError } from '../client-error.ts'
import { type HttpApi } from './http-api.ts'
import { refusal } from './requests.ts'
import type { EdgeFeedSummary } from './results.ts'
import { fields, list, text, valueOf } from './shapes.ts'

/** A run with its memo and attributes is about a kilobyte. */
const PAGE = 200
/** Feeds at most: a cluster has a thousand, and fifty requests are what an isolate may make at all on some platforms. */
const MOST_PAGES = 50
const CONTENTS: readonly Content[] = ['IPSet', 'DomainNameSet']
const DISABLED = 'Disabled'

/** The feeds with a running run, by name, from what Temporal's list of runs shows of them. */
export async function listRuns(api: HttpApi, cluster: string, signal: AbortSignal): Promise<readonly EdgeFeedSummary[]> {
  const prefix = workflowId(cluster, '')
  const query = `WorkflowId STARTS_WITH "${prefix}" AND ExecutionStatus = "Running"`
  const found = new Map<string, EdgeFeedSummary>()
  let token = ''
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await api.call({ method: 'GET', path: '/workflows', query: { query, pageSize: String(PAGE), ...(token === '' ? {} : { nextPageToken: token }) } }, signal)
    if (answer.status !== 'ok') throw refusal(answer)
    const { executions, nextPageToken } = fields(answer.body)
    for (const run of list(executions).map(fields)) {
      const id = text(fields(run['execution'])['workflowId']) ?? ''
      if (id.startsWith(prefix)) found.set(id, summaryOf(id.slice(prefix.length), run))
    }
    token = text(nextPageToken) ?? ''
    if (token === '') return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }
  throw new ClientError('failed', `more than ${MOST_PAGES * PAGE} feeds run in cluster ${cluster}: list them with the command`)
}

/** Memo and attributes are written by the run with each change (workflows/presentation.ts); the server may lack the attributes. */
function summaryOf(name: string, run: Readonly<Record<string, unknown>>): EdgeFeedSummary {
  const memo = fields(fields(run['memo'])['fields'])
  const attributes = fields(fields(run['searchAttributes'])['indexedFields'])
  const health = text(valueOf(memo['health'])) ?? text(valueOf(attributes[SEARCH_ATTRIBUTES.health]))
  const content = valueOf(attributes[SEARCH_ATTRIBUTES.content])
  const members = valueOf(memo['members'])
  return {
    name,
    content: CONTENTS.find((known) => known === content) ?? null,
    mode: health === null ? null : health === DISABLED ? 'Disabled' : 'Enabled',
    source: null,
    running: true,
    lastSuccessfulSync: null,
    lastSuccessfulSearch: null,
    errorConditions: null,
    health,
    members: typeof members === 'number' ? members : null,
  }
}
