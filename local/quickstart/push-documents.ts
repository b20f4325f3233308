import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '@elastic/elasticsearch'
import { indexNames } from '../../adapters/elasticsearch/indices.ts'
import type { FeedManifest } from '../../client/manifest.ts'
import { isPushed } from './example-feeds.ts'

/** Does what a pusher does: writes `<feed>.json` of a folder as the document of each feed without `pull` (contract S-02). */
export async function pushDocuments(
  store: Client,
  cluster: string,
  feeds: readonly FeedManifest[],
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  for (const { name, spec } of feeds.filter(isPushed)) {
    const content = spec['content'] === 'DomainNameSet' ? 'DomainNameSet' : 'IPSet'
    const document: unknown = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'))
    await store.index({ index: indexNames(cluster).sets[content], id: name, document }, { signal: AbortSignal.any([signal]) })
  }
}
