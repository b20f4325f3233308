import { errors, type Client, type estypes } from '@elastic/elasticsearch'
import type { Content } from '../../domain/feed/content.ts'
import { SET_FIELDS } from '../../domain/sets/set-from-values.ts'
import { ask, statusOf } from './client.ts'

/** Names of everything kept in Elasticsearch (contract S-01, S-06; docs/architecture.md, "Names on the wire"). */
export interface IndexNames {
  readonly sets: Readonly<Record<Content, string>>
  readonly state: string
  readonly blobs: string
  readonly windows: string
  /** An alias or an index of someone else's: written to, never made here. */
  readonly events: string
}

export function indexNames(cluster: string, overrides: Partial<IndexNames> = {}): IndexNames {
  return {
    sets: { IPSet: `.tigera.ipset.${cluster}`, DomainNameSet: `.tigera.domainnameset.${cluster}` },
    state: `.threatfeed.state.${cluster}`,
    blobs: `.threatfeed.blobs.${cluster}`,
    windows: `.threatfeed.windows.${cluster}`,
    events: `tigera_secure_ee_events.${cluster}`,
    ...overrides,
  }
}

/** Above the templates others ship for everything (100 to 200), below none that names these very indices. */
const TEMPLATE_PRIORITY = 300

const SETTINGS: estypes.IndicesIndexSettings = { hidden: true, number_of_shards: 1, auto_expand_replicas: '0-1' }

/** A pusher may add fields of its own: they are kept in the document and not indexed. */
const setMapping = (content: Content): estypes.MappingTypeMapping => ({
  dynamic: false,
  properties: {
    [SET_FIELDS[content]]: content === 'IPSet' ? { type: 'ip_range' } : { type: 'keyword' },
    created_at: { type: 'date' },
  },
})

/** `body` is not looked into, so it cannot grow the mapping whatever it holds. */
const STATE_MAPPING: estypes.MappingTypeMapping = {
  dynamic: 'strict',
  properties: {
    kind: { type: 'keyword' },
    cluster: { type: 'keyword' },
    name: { type: 'keyword' },
    uid: { type: 'keyword' },
    // SHA-256 of every blob the body names.
    blobs: { type: 'keyword' },
    written_at: { type: 'date' },
    body: { type: 'object', enabled: false },
  },
}

const BLOB_MAPPING: estypes.MappingTypeMapping = {
  dynamic: 'strict',
  properties: {
    kind: { type: 'keyword' },
    upload: { type: 'keyword' },
    chunks: { type: 'integer', index: false },
    bytes: { type: 'long', index: false },
    touched_at: { type: 'date' },
    data: { type: 'binary' },
  },
}

/** A window's points are keyed by index uuid, which would meet the limit of 1,000 fields: everything else lies in `window`. */
const WINDOW_MAPPING: estypes.MappingTypeMapping = {
  dynamic: false,
  properties: {
    kind: { type: 'keyword' },
    number: { type: 'long' },
    id: { type: 'keyword' },
    cutAt: { type: 'date' },
    points: { type: 'object', enabled: false },
    window: { type: 'object', enabled: false },
  },
}

/**
 * Installs the templates that give each of these indices its mapping whoever writes to it first (contract S-01), and makes our own.
 * An index that is there already stays as it is. The templates of our own indices serve when one is deleted under a running worker.
 * Runs when a worker starts; running twice, or two at once, changes nothing.
 * @throws FeedFailure `StoreFailed`
 */
export async function ensureIndices(client: Client, names: IndexNames, signal: AbortSignal): Promise<void> {
  const mappings: readonly (readonly [string, estypes.MappingTypeMapping])[] = [
    [names.sets.IPSet, setMapping('IPSet')],
    [names.sets.DomainNameSet, setMapping('DomainNameSet')],
    [names.state, STATE_MAPPING],
    [names.blobs, BLOB_MAPPING],
    [names.windows, WINDOW_MAPPING],
  ]
  for (const [index, mapping] of mappings) {
    await ask({ what: 'install an index template', index }, signal, (aborted) =>
      client.indices.putIndexTemplate(
        {
          name: `threatfeed-${index.replace(/^\./, '')}`,
          index_patterns: [index],
          priority: TEMPLATE_PRIORITY,
          template: { settings: SETTINGS, mappings: mapping },
        },
        { signal: aborted },
      ),
    )
  }
  for (const index of [names.state, names.blobs, names.windows]) {
    await ask({ what: 'make an index', index }, signal, (aborted) => create(client, index, aborted))
  }
}

/**
 * Which making of an index there is now: one that was deleted and made again counts its documents from zero, so that a document is
 * known by this and its numbers (contract S-04). null when there is none.
 */
export async function indexUuid(client: Client, index: string, what: string, signal: AbortSignal): Promise<string | null> {
  const answer = await ask({ what, index }, signal, async (aborted) => {
    try {
      return await client.indices.getSettings({ index, name: 'index.uuid', flat_settings: true }, { signal: aborted })
    } catch (error) {
      if (statusOf(error) === 404) return {}
      throw error
    }
  })
  const uuids = Object.values(answer).map(({ settings }) => String(settings?.['index.uuid']))
  return uuids.length === 0 ? null : uuids.sort().join(' ')
}

/** `index [x/uuid] already exists`, or `Invalid index name [x], already exists as alias`. */
const ALREADY_THERE = /already exists/

async function create(client: Client, index: string, signal: AbortSignal): Promise<void> {
  try {
    await client.indices.create({ index, wait_for_active_shards: 1 }, { signal })
  } catch (error) {
    // Not asked before: a refused HEAD has no body that would name the missing privilege.
    if (!(error instanceof errors.ResponseError && error.statusCode === 400 && ALREADY_THERE.test(error.message))) throw error
  }
}
