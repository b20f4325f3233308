import { Client, errors } from '@elastic/elasticsearch'
import { describe, expect, it, vi } from 'vitest'
import { type Json, writeDocument } from '../../../adapters/elasticsearch/documents.ts'
import { signal } from './stores.ts'

const LARGE: Json = { json: new TextEncoder().encode('{"ips":[]}') }

/** What the client is asked with, by a write that it answers so. */
async function written(body: Parameters<typeof writeDocument>[2], answer: () => Promise<unknown>) {
  const client = new Client({ node: 'http://localhost:1' })
  const request = vi.spyOn(client.transport, 'request').mockImplementation(answer)
  const outcome = await writeDocument(client, { index: 'sets', id: 'a' }, body, null, 'write the set of feed a', signal()).catch((error: unknown) => error)
  await client.close()
  return { outcome, options: request.mock.calls[0]?.[1] }
}

describe('writing a document', () => {
  const answered = async () => ({ _seq_no: 3, _primary_term: 1 })
  const never = async () => {
    throw new errors.TimeoutError('Request timed out', { meta: { request: { params: { headers: { authorization: 'canary' } } } } } as never)
  }

  it('S-04 N-06 the document of a set has five minutes to be indexed, any other what requests have', async () => {
    expect(await written(LARGE, answered)).toMatchObject({ outcome: { seqNo: 3, primaryTerm: 1 }, options: { requestTimeout: 300_000, maxRetries: 0 } })
    const small = await written({ a: 1 }, answered)
    expect(small).toMatchObject({ outcome: { seqNo: 3 }, options: { maxRetries: 0 } })
    expect(small.options).not.toHaveProperty('requestTimeout')
  })

  it('S-04 T-04 one that is given up says after how long, and nothing of the request', async () => {
    const { outcome } = await written(LARGE, never)
    expect(outcome).toMatchObject({ code: 'StoreFailed', failureClass: 'wait', message: 'Elasticsearch could not write the set of feed a (index sets): no answer within 300 s' })
    expect(JSON.stringify(outcome)).not.toContain('canary')
    expect(outcome).not.toHaveProperty('cause')
    expect((await written({ a: 1 }, never)).outcome).toMatchObject({ message: expect.stringContaining('no answer within 60 s') })
  })
})
