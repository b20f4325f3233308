import type { Client, estypes } from '@elastic/elasticsearch'
import { ask, statusOf } from './client.ts'

const keyword: estypes.MappingProperty = { type: 'keyword' }
const sides = ['source', 'dest'].flatMap((side): [string, estypes.MappingProperty][] => [
  [`${side}_ip`, { type: 'ip' }],
  [`${side}_port`, { type: 'integer' }],
  ...['name', 'name_aggr', 'namespace'].map((part): [string, estypes.MappingProperty] => [`${side}_${part}`, keyword]),
])

/** Fields of a security event (contract E-02). Others may be written beside them, such as a dismissal. */
const MAPPING: estypes.MappingTypeMapping = {
  dynamic: true,
  properties: {
    time: { type: 'date', format: 'strict_date_optional_time||epoch_second' },
    generated_time: { type: 'date' },
    ...Object.fromEntries(['type', 'name', 'origin', 'host', 'attack_vector', 'mitre_ids', 'mitre_tactic'].map((field) => [field, keyword])),
    description: { type: 'text' },
    mitigations: { type: 'text' },
    severity: { type: 'integer' },
    dismissed: { type: 'boolean' },
    ...Object.fromEntries(sides),
    record: {
      properties: Object.fromEntries(
        [
          ...['feeds', 'matched_fields', 'set_version', 'flow_action', 'protocol', 'flow_log_id', 'flow_log_index'],
          ...['dns_log_id', 'dns_log_index', 'suspicious_prefix', 'suspicious_domains'],
        ].map((field) => [field, keyword]),
      ),
    },
  },
}

/** Where events lie now: every index behind the alias, and the one that takes new ones. */
export interface EventPlace {
  readonly indices: readonly string[]
  readonly writeIndex: string
}

/**
 * Finds the indices behind an alias, or the index itself. Where there is neither it makes a first index with our mapping, behind the
 * alias, so that it can be rolled over, and a template for those that follow it.
 * @throws FeedFailure `SearchFailed`
 */
export async function eventPlace(client: Client, alias: string, signal: AbortSignal): Promise<EventPlace> {
  return (await found(client, alias, signal)) ?? (await made(client, alias, signal))
}

async function found(client: Client, alias: string, signal: AbortSignal): Promise<EventPlace | null> {
  return ask({ what: 'find the security events', index: alias, code: 'SearchFailed' }, signal, async (aborted) => {
    try {
      const answer = await client.indices.getAlias({ index: alias }, { signal: aborted })
      const indices = Object.keys(answer).sort()
      const marked = indices.find((index) => answer[index]?.aliases[alias]?.is_write_index === true)
      // Without a mark an alias of several indices takes no writes: Elasticsearch itself says so, and whoever runs it marks one.
      return { indices, writeIndex: marked ?? (indices.length === 1 ? (indices[0] ?? alias) : alias) }
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw error
    }
  })
}

async function made(client: Client, alias: string, signal: AbortSignal): Promise<EventPlace> {
  const asking = { what: 'make the index of security events', index: alias, code: 'SearchFailed' } as const
  await ask(asking, signal, async (aborted) => {
    const template = { settings: { number_of_shards: 1, auto_expand_replicas: '0-1' }, mappings: MAPPING }
    await client.indices.putIndexTemplate(
      // Only what rolls over from our first index: a vendor's indices of the same family keep the vendor's mapping.
      { name: `threatfeed-${alias}`, index_patterns: [`${alias}.threatfeed-*`], priority: 300, template },
      { signal: aborted },
    )
    try {
      await client.indices.create({ index: `${alias}.threatfeed-000001`, aliases: { [alias]: { is_write_index: true } } }, { signal: aborted })
    } catch (error) {
      // Another worker made it first, or someone an index of that very name: the next look shows which.
      if (statusOf(error) !== 400) throw error
    }
  })
  const place = await found(client, alias, signal)
  return place ?? { indices: [alias], writeIndex: alias }
}
