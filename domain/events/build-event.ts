import type { Hit, LogDocument } from '../search/log.ts'
import { describeFlow, describeQuery } from './describe.ts'
import { eventId } from './event-id.ts'
import { address, endOf, port, text } from './log-fields.ts'
import type { SecurityEvent } from './security-event.ts'
import { rate, type FeedRating } from './severity.ts'

export interface Finding {
  readonly feedName: string
  /** SHA-256 of the set that matched. */
  readonly setVersion: string
  /** Every match in one log, at least one: together they are one event (contract E-01). */
  readonly hits: readonly [Hit, ...Hit[]]
  readonly foundAt: Date
  /** What the feed's annotations say of its events. @default the table's word (severity.ts) */
  readonly rating?: FeedRating
}

/** The event of one feed and one log (contract E-01, E-02); what the log does not say is left out (contract E-04). */
export async function buildEvent(finding: Finding): Promise<SecurityEvent> {
  const { log } = finding.hits[0]
  const id = await eventId(finding.feedName, log.id)
  const { field } = finding.hits[0]
  const document = field === 'source_ip' || field === 'dest_ip' ? flowEvent(finding) : dnsEvent(finding)
  return { id, document: present(document) }
}

function flowEvent(finding: Finding): Record<string, unknown> {
  // Where both ends are listed, the side the workload chose to talk to says more.
  const hit = finding.hits.find(({ field }) => field === 'dest_ip') ?? finding.hits[0]
  const others = finding.hits.filter((other) => other !== hit)
  const { log } = hit
  const outbound = hit.field === 'dest_ip'
  return {
    ...envelope(finding, log),
    ...rated(rate(outbound ? 'outbound' : 'inbound', text(log, 'action') === 'deny', finding.rating)),
    type: 'gtf_suspicious_flow',
    name: outbound ? 'Connection to a listed address' : 'Connection from a listed address',
    description: describeFlow(hit, others, finding),
    attack_vector: 'Network',
    ...side(log, 'source', 'source'),
    ...side(log, 'dest', 'dest'),
    record: present({
      ...record(finding),
      flow_action: text(log, 'action'),
      protocol: text(log, 'proto'),
      flow_log_id: log.id,
      flow_log_index: log.index,
      suspicious_prefix: hit.member,
    }),
  }
}

function dnsEvent(finding: Finding): Record<string, unknown> {
  const [hit] = finding.hits
  const { log } = hit
  const rcode = text(log, 'rcode')
  return {
    ...envelope(finding, log),
    ...rated(rate('query', rcode !== undefined && rcode !== 'NoError', finding.rating)),
    type: 'gtf_suspicious_dns_query',
    name: hit.field === 'qname' ? 'DNS query for a listed name' : 'DNS answer with a listed name',
    description: describeQuery(finding.hits, finding),
    attack_vector: 'Network',
    ...side(log, 'client', 'source'),
    record: present({
      ...record(finding),
      dns_log_id: log.id,
      dns_log_index: log.index,
      suspicious_domains: [...new Set(finding.hits.map(({ member }) => member))],
    }),
  }
}

function envelope({ feedName, foundAt }: Finding, log: LogDocument): Record<string, unknown> {
  const generated = foundAt.toISOString()
  return { time: endOf(log) ?? generated, generated_time: generated, origin: feedName, host: text(log, 'host') }
}

function record({ feedName, hits, setVersion }: Finding): Record<string, unknown> {
  return { feeds: [feedName], matched_fields: [...new Set(hits.map(({ field }) => field))], set_version: setVersion }
}

function rated({ severity, mitreIds, mitreTactic, mitigations }: ReturnType<typeof rate>): Record<string, unknown> {
  return { severity, mitre_ids: mitreIds, mitre_tactic: mitreTactic, mitigations }
}

function side(log: LogDocument, from: 'source' | 'dest' | 'client', to: 'source' | 'dest'): Record<string, unknown> {
  return {
    [`${to}_ip`]: address(log, `${from}_ip`),
    ...Object.fromEntries(['name', 'name_aggr', 'namespace'].map((part) => [`${to}_${part}`, text(log, `${from}_${part}`)])),
    [`${to}_port`]: port(log, `${from}_port`),
  }
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
