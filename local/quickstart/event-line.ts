type Fields = Readonly<Record<string, unknown>>

/** One security event as the quickstart tells it. */
export interface ToldEvent {
  readonly type: string
  readonly feed: string
  /** `namespace/name` of the pod concerned, as far as the log names it. */
  readonly pod: string
  /** The listed address or name. */
  readonly value: string
}

export function eventLine({ type, feed, pod, value }: ToldEvent): string {
  return `event ${type} feed=${feed} pod=${pod} value=${value}`
}

/** Reads an event document: the listed side of a flow is its value and the other one the pod. */
export function readEvent(document: Fields): ToldEvent {
  const record = fields(document['record'])
  const inbound = !strings(record['matched_fields']).includes('dest_ip')
  const flow = document['type'] === 'gtf_suspicious_flow'
  return {
    type: text(document['type']),
    feed: strings(record['feeds']).join(','),
    pod: podOf(document, flow && inbound ? 'dest' : 'source'),
    value: flow ? text(document[inbound ? 'source_ip' : 'dest_ip']) : strings(record['suspicious_domains']).join(','),
  }
}

function podOf(document: Fields, side: 'source' | 'dest'): string {
  const name = text(document[`${side}_name`]) || text(document[`${side}_name_aggr`]) || '-'
  return `${text(document[`${side}_namespace`]) || '-'}/${name}`
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
