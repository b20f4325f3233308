import { describe, expect, it, vi } from 'vitest'
import { createParseFeed } from '../../activities/parse-feed.ts'
import type { ParseInput } from '../../domain/run/steps.ts'
import { streamOf } from '../fakes/scripted-feed-host.ts'
import { setOf, signal } from '../adapters/elasticsearch/stores.ts'
import { PULL_SPEC, environment, refOf, run, world, type World } from './world.ts'

async function inputOf(from: World, body: string, changes: Partial<ParseInput> = {}): Promise<ParseInput> {
  const snapshot = await from.blobs.put(streamOf(body), signal())
  return { feed: from.apply(PULL_SPEC), snapshot, content: 'IPSet', format: { kind: 'newline' }, allowEmpty: false, ...changes }
}

describe('parseFeed', () => {
  it('F-12 makes a set of a body, counts what it rejects, and keeps the samples out of the output', async () => {
    const from = world()
    const input = await inputOf(from, '10.0.0.1\n# note\nnot-an-address.example\n1.2.3.4 # why\n10.0.0.1\n')
    const output = await run(createParseFeed(from), input)
    const set = setOf(['1.2.3.4/32', '10.0.0.1/32'])
    expect(output).toEqual({ set: refOf(set), entries: 4, rejected: { 'not-an-address': 1 } })
    expect(await from.blobText(output.set)).toBe('1.2.3.4/32\n10.0.0.1/32')
    expect(await from.reports.read(input.feed, signal())).toEqual({
      counts: { 'not-an-address': 1 },
      samples: [{ line: 3, value: 'not-an-address.example', reason: 'not-an-address' }],
    })
  })

  it('P-11 fails the pull when nothing is valid, and stores nothing', async () => {
    const from = world()
    const input = await inputOf(from, 'one\ntwo\n')
    await expect(run(createParseFeed(from), input)).rejects.toMatchObject({ code: 'PullFailed', failureClass: 'user' })
    expect([...from.blobs.blobs.keys()]).toEqual([input.snapshot.sha256])
  })

  it('says BlobMissing when the body is gone, so that it is pulled again', async () => {
    const from = world()
    const input = await inputOf(from, '1.2.3.4\n')
    from.blobs.blobs.clear()
    await expect(run(createParseFeed(from), input)).rejects.toMatchObject({ code: 'BlobMissing' })
  })

  it('ends when it is cancelled, with the reason it was given', async () => {
    const from = world()
    const cancelled = environment()
    cancelled.cancel()
    await expect(cancelled.run(createParseFeed(from), await inputOf(from, '1.2.3.4\n'))).rejects.toMatchObject({ name: 'CancelledFailure' })
  })

  it('F-11 lets heartbeats and a cancellation in while it parses a body that is all at hand', { timeout: 60_000 }, async () => {
    const from = world()
    const step = environment()
    const input = await inputOf(from, '1.2.3.4 # and a comment that makes the list a long one\n'.repeat(1_000_000))
    const lookedForSet = vi.spyOn(from.blobs, 'touch')
    setTimeout(() => step.cancel(), 0)
    await expect(step.run(createParseFeed(from), input)).rejects.toMatchObject({ name: 'CancelledFailure' })
    expect(lookedForSet).not.toHaveBeenCalled()
  })
})
