import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, it } from 'vitest'
import { createPullFeed } from '../../activities/pull-feed.ts'
import type { BlobStore } from '../../activities/ports/blob-store.ts'
import { createAddressPolicy, parseRanges } from '../../adapters/http/address-policy.ts'
import { createFeedHost } from '../../adapters/http/feed-host.ts'
import { serve } from '../adapters/http/ill-server.ts'
import { HTTP_LIMITS } from '../adapters/http/pull.ts'
import { memoryHeaderSource } from '../fakes/scripted-feed-host.ts'
import { PULL_SPEC, run, world } from './world.ts'

const MB = 1_000_000
const BODY = 100 * MB
/** What the sockets of both ends, and the streams between, may have taken: Linux gives a socket up to 6 MB. */
const AHEAD = 20 * MB

describe('pulling from a host that is faster than the store', () => {
  it('F-11 asks the host for no more than the store takes', { timeout: 120_000 }, async () => {
    let sent = 0
    async function* list(): AsyncGenerator<Buffer> {
      for (; sent < BODY; sent += 100_000) yield Buffer.alloc(100_000, '192.0.2.17 # a\n')
    }
    const server = await serve((_, response) => void pipeline(Readable.from(list()), response).catch(() => undefined))

    let taken = 0
    let furthest = 0
    const from = world()
    const slow: BlobStore = {
      ...from.blobs,
      async put(bytes, signal) {
        let waited = 0
        for await (const piece of bytes) {
          taken += piece.length
          if (taken - waited < 5 * MB) continue
          waited = taken
          await nothingMoves(() => sent)
          furthest = Math.max(furthest, sent - taken)
        }
        signal.throwIfAborted()
        return { sha256: 'a'.repeat(64), bytes: taken }
      },
    }
    const policy = createAddressPolicy({ allowed: parseRanges('127.0.0.0/8').ranges, denied: [] })
    const host = createFeedHost({ userAgent: 'threatfeed/test', proxies: {}, policy, limits: HTTP_LIMITS })
    const feed = from.apply({ ...PULL_SPEC, pull: { period: '1h', http: { url: `${server.url}/list.txt` } } })
    const pullFeed = createPullFeed({ ...from, host, blobs: slow, headers: memoryHeaderSource() })
    const input = { feed, pullKey: 'one', askedAt: 1_000, pullHash: await from.pullHash(), validators: null, document: null, set: null }
    const output = await run(pullFeed, input)

    expect(output).toMatchObject({ outcome: 'pulled', snapshot: { bytes: BODY } })
    expect(furthest).toBeGreaterThan(0)
    expect(furthest).toBeLessThan(AHEAD)
  })
})

/** Resolves once a count has stayed for 10 looks: the other end has been stopped, or is done. */
async function nothingMoves(count: () => number): Promise<void> {
  let before = count()
  for (let still = 0; still < 10; still = count() === before ? still + 1 : 0) {
    before = count()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
