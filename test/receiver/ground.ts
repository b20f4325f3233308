import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'
import { Client } from '@elastic/elasticsearch'
import { ensureIndices, indexNames } from '../../adapters/elasticsearch/indices.ts'
import type { Content } from '../../domain/feed/content.ts'
import { openWatchedStore, type WatchedStore } from '../end-to-end/watched-store.ts'

/** Tokens as their holders have them: of one the receiver knows the digest, the other is a secret of its platform. */
export const TOKEN = 'a-token-of-some-length-0123456789'
export const SECRET_TOKEN = 'another-token-of-some-length-9876543210'

/** Settings for feeds of both contents, and the secret that they name. */
export const FEEDS: Readonly<Record<string, string>> = {
  RECEIVER_FEEDS: JSON.stringify({
    addresses: { content: 'IPSet', tokens: [{ sha256: createHash('sha256').update(TOKEN).digest('hex') }, { secretName: 'ADDRESSES_TOKEN' }] },
    pulled: { content: 'IPSet', tokens: [{ secretName: 'ADDRESSES_TOKEN' }], webhookSecrets: [{ secretName: 'WEBHOOK_SECRET' }] },
    'names.example': { content: 'DomainNameSet', tokens: [{ secretName: 'ADDRESSES_TOKEN' }] },
  }),
  ADDRESSES_TOKEN: SECRET_TOKEN,
  WEBHOOK_SECRET: 'a-webhook-secret-of-some-length-0123456789',
  // Nobody is there.
  TEMPORAL_HTTP_URL: 'http://127.0.0.1:9',
}

/** A provider's message for the feed `pulled`, sent so many seconds ago; another attempt to deliver one has its id. */
export function webhook(secondsAgo = 0, secret = FEEDS['WEBHOOK_SECRET'] ?? '', id = `msg_${randomUUID()}`): { readonly method: string; readonly body: string; readonly headers: Record<string, string> } {
  const body = '{"type":"list.updated"}'
  const at = String(Math.floor(Date.now() / 1000) - secondsAgo)
  const signature = createHmac('sha256', secret).update(`${id}.${at}.${body}`).digest('base64')
  return { method: 'POST', body, headers: { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` } }
}

/** A cluster of its own on the tests' Elasticsearch, reached through a store that is watched. */
export interface Ground {
  readonly store: WatchedStore
  readonly env: Readonly<Record<string, string>>
  readonly elasticsearch: Client
  readonly index: (content: Content) => string
  /** What lies there, or null. */
  readonly document: (content: Content, name: string) => Promise<Readonly<Record<string, unknown>> | null>
  /** As another writer. */
  readonly write: (content: Content, name: string, document: Readonly<Record<string, unknown>>) => Promise<void>
  /** Writes that the receiver asked for so far. */
  readonly puts: () => number
  readonly close: () => Promise<void>
}

export async function openGround(url: string): Promise<Ground> {
  const cluster = `receiver-${randomBytes(3).toString('hex')}`
  const elasticsearch = new Client({ node: url, maxRetries: 0 })
  const names = indexNames(cluster)
  await ensureIndices(elasticsearch, names, AbortSignal.timeout(60_000))
  const store = await openWatchedStore(url)
  return {
    store,
    elasticsearch,
    env: { ...FEEDS, CLUSTER_NAME: cluster, ELASTICSEARCH_URL: store.url },
    index: (content) => names.sets[content],
    async document(content, name) {
      const got = await elasticsearch.get<Record<string, unknown>>({ index: names.sets[content], id: name }, { ignore: [404] })
      return got.found ? (got._source ?? null) : null
    },
    async write(content, name, document) {
      await elasticsearch.index({ index: names.sets[content], id: name, document })
    },
    puts: () => store.asked.filter(({ method }) => method === 'PUT').length,
    async close() {
      await store.close()
      await elasticsearch.close()
    },
  }
}
