import type { Client } from '@elastic/elasticsearch'
import type { Kind } from '../kinds.ts'
import { allHits } from './all-hits.ts'

/** A log as it lies in Elasticsearch, and which number it has in its shard. */
export interface LogRead {
  readonly id: string
  readonly kind: Kind
  readonly index: string
  readonly uuid: string
  readonly shard: number
  readonly seqNo: number
  readonly source: Readonly<Record<string, unknown>>
}

/** Every log there is, from each shard by itself. The indices are open. */
export async function readLogs(client: Client, kind: Kind, pattern: string): Promise<readonly LogRead[]> {
  await client.indices.refresh({ index: pattern })
  const settings = await client.indices.getSettings({ index: pattern, flat_settings: true })
  const logs: LogRead[] = []
  for (const [index, { settings: of }] of Object.entries(settings)) {
    const [uuid, shards] = [String(of?.['index.uuid']), Number(of?.['index.number_of_shards'])]
    for (let shard = 0; shard < shards; shard += 1) {
      const found = await allHits<Record<string, unknown>>(client, { index, preference: `_shards:${String(shard)}` })
      for (const { _id: id, _seq_no: seqNo, _source: source } of found) {
        if (id === undefined || seqNo === undefined || source === undefined) throw new Error(`a log of ${index} came without its id, number or text`)
        logs.push({ id, kind, index, uuid, shard, seqNo, source })
      }
    }
  }
  return logs
}
