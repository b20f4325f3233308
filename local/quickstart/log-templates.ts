import type { Client, estypes } from '@elastic/elasticsearch'

const keyword: estypes.MappingProperty = { type: 'keyword' }
const long: estypes.MappingProperty = { type: 'long' }
const named = (type: estypes.MappingProperty, ...names: readonly string[]): Record<string, estypes.MappingProperty> =>
  Object.fromEntries(names.map((name) => [name, type]))

/** The product's flow logs, in the fields that matter here: addresses as `ip`, times in seconds. What else they hold maps itself. */
const FLOW_MAPPING: estypes.MappingTypeMapping = {
  properties: {
    ...named({ type: 'ip' }, 'source_ip', 'dest_ip'),
    ...named({ type: 'date', format: 'epoch_second' }, 'start_time', 'end_time'),
    ...named({ type: 'date' }, '@timestamp', 'generated_time'),
    ...named(keyword, 'source_name', 'source_name_aggr', 'source_namespace', 'source_type'),
    ...named(keyword, 'dest_name', 'dest_name_aggr', 'dest_namespace', 'dest_type', 'dest_domains'),
    ...named(keyword, 'dest_service_name', 'dest_service_namespace', 'dest_service_port'),
    ...named(keyword, 'proto', 'action', 'reporter', 'host', 'cluster'),
    ...named(long, 'source_port', 'dest_port', 'bytes_in', 'bytes_out', 'packets_in', 'packets_out', 'num_flows'),
  },
}

/** The product's DNS logs: answers and servers are nested records, times RFC 3339. */
const DNS_MAPPING: estypes.MappingTypeMapping = {
  properties: {
    ...named({ type: 'date' }, 'start_time', 'end_time', 'generated_time'),
    ...named(keyword, 'qname', 'qclass', 'qtype', 'rcode', 'host', 'cluster', 'type'),
    ...named(keyword, 'client_name', 'client_name_aggr', 'client_namespace'),
    client_ip: { type: 'ip' },
    count: long,
    rrsets: { type: 'nested', properties: named(keyword, 'name', 'class', 'type', 'rdata') },
    servers: { type: 'nested', properties: { ...named(keyword, 'name', 'name_aggr', 'namespace'), ip: { type: 'ip' } } },
  },
}

export interface LogTemplateOptions {
  /** @default 1 */
  readonly shards?: number
}

/** The templates a cluster of the product has: without them addresses would be text, and no search could find them. */
export async function installLogTemplates(client: Client, cluster: string, { shards = 1 }: LogTemplateOptions, signal: AbortSignal): Promise<void> {
  const settings = { number_of_shards: shards, number_of_replicas: 0 }
  for (const [kind, mappings] of [['flows', FLOW_MAPPING], ['dns', DNS_MAPPING]] as const) {
    const pattern = `tigera_secure_ee_${kind}.${cluster}.*`
    await client.indices.putIndexTemplate(
      { name: `tigera_secure_ee_${kind}.${cluster}`, index_patterns: [pattern], priority: 200, template: { settings, mappings } },
      { signal },
    )
  }
}
