import type { Client } from '@elastic/elasticsearch'
import { FeedFailure } from '../../domain/failure.ts'
import type { DocumentVersion } from '../../domain/run/references.ts'
import { ask, errorText, type Asking } from './client.ts'

export interface Deletion {
  readonly id: string
  /** Only if it is still this version. */
  readonly version?: DocumentVersion
}

/**
 * Deletes documents of one index in one request.
 * @returns ids of those that are gone by this request; one that was absent, or is another version by now, is not.
 * @throws FeedFailure `StoreFailed`, also when a single one was refused for another reason.
 */
export async function deleteInBulk(
  client: Client,
  { what, index }: Required<Pick<Asking, 'what' | 'index'>>,
  deletions: readonly Deletion[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (deletions.length === 0) return new Set()
  const operations = deletions.map(({ id, version }) => ({
    delete: { _id: id, ...(version === undefined ? {} : { if_seq_no: version.seqNo, if_primary_term: version.primaryTerm }) },
  }))
  const answer = await ask({ what, index }, signal, (aborted) => client.bulk({ index, operations }, { signal: aborted }))
  const gone = new Set<string>()
  const refused: string[] = []
  for (const { delete: item } of answer.items) {
    if (item === undefined) continue
    if (item.status === 200 && item._id != null) gone.add(item._id)
    else if (item.status !== 404 && item.status !== 409) refused.push([item.status, errorText(item.error)].filter((part) => part !== '').join(', '))
  }
  const [first] = refused
  if (first === undefined) return gone
  throw new FeedFailure('StoreFailed', 'wait', `Elasticsearch could not ${what} (index ${index}): ${refused.length} of ${deletions.length} were refused, the first with ${first}`)
}
