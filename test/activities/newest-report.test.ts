import { describe, expect, it } from 'vitest'
import { createParseFeed } from '../../activities/parse-feed.ts'
import { createReadPushedSet } from '../../activities/read-pushed-set.ts'
import type { Content } from '../../domain/feed/content.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import { streamOf } from '../fakes/scripted-feed-host.ts'
import { setOf, signal } from '../adapters/elasticsearch/stores.ts'
import { PULL_SPEC, refOf, run, stateOf, versionOf, world, type World } from './world.ts'

const BEFORE = setOf(['1.1.1.1/32'])

/** A set document of addresses that a step wrote before it ended; its report is all that tells of it. */
async function untold(now: { readonly content: Content; readonly pull?: object }) {
  const from = world()
  const feed = from.apply(now)
  await from.sets.write(BEFORE, 'my-feed', null, signal())
  await from.reports.write(feed, { rejections: { counts: {}, samples: [] }, made: { sha256: BEFORE.sha256, content: 'IPSet', pulled: true } }, signal())
  return { from, feed }
}

async function parse(from: World, feed: FeedKey, content: Content, body: string) {
  const snapshot = await from.blobs.put(streamOf(body), signal())
  return run(createParseFeed(from), { feed, snapshot, content, format: { kind: 'newline' }, allowEmpty: false })
}

describe('the report of a newest body', () => {
  it('L-03 is not written over that of another content before the document goes which only that one tells of', async () => {
    const { from, feed } = await untold({ ...PULL_SPEC, content: 'DomainNameSet' })
    const { set } = await parse(from, feed, 'DomainNameSet', 'evil.example\n')
    expect(from.sets.documents.size).toBe(0)
    expect(await from.reports.made(feed, signal())).toEqual({ sha256: set.sha256, content: 'DomainNameSet', pulled: true })
  })

  it('L-03 so too where the feed has become one that is pushed', async () => {
    const { from, feed } = await untold({ content: 'DomainNameSet' })
    from.sets.push('DomainNameSet', 'my-feed', { domains: ['evil.example'] })
    await run(createReadPushedSet(from), { feed, content: 'DomainNameSet', document: null })
    expect([...from.sets.documents.keys()]).toEqual(['DomainNameSet/my-feed'])
  })

  it('L-03 leaves a document that is the pusher\'s, or that someone wrote over ours', async () => {
    const { from, feed } = await untold({ ...PULL_SPEC, content: 'DomainNameSet' })
    const document = await from.sets.version('IPSet', 'my-feed', signal())
    if (document === null) throw new Error('no document')
    await from.states.write(feed, stateOf(feed, { version: versionOf(refOf(BEFORE), { pullHash: null, document }) }), null, signal())
    await parse(from, feed, 'DomainNameSet', 'evil.example\n')
    expect(from.sets.documents.size).toBe(1)
    const other = await untold({ ...PULL_SPEC, content: 'DomainNameSet' })
    other.from.sets.push('IPSet', 'my-feed', { ips: ['6.6.6.6/32'] })
    await parse(other.from, other.feed, 'DomainNameSet', 'evil.example\n')
    expect(other.from.sets.documents.size).toBe(1)
  })

  it('S-04 a body of the same content takes no document: the set in it stays until another is written', async () => {
    const { from, feed } = await untold(PULL_SPEC as { content: 'IPSet' })
    await parse(from, feed, 'IPSet', '2.2.2.2\n')
    expect(await from.sets.read('IPSet', 'my-feed', signal())).toMatchObject({ members: ['1.1.1.1/32'] })
  })

  it('L-03 a step that was asleep while the content changed takes nothing of what is in force', async () => {
    const { from, feed } = await untold(PULL_SPEC as { content: 'IPSet' })
    await expect(parse(from, feed, 'DomainNameSet', 'evil.example\n')).rejects.toMatchObject({ code: 'SpecChanged' })
    expect(from.sets.documents.size).toBe(1)
    expect(await from.reports.made(feed, signal())).toMatchObject({ content: 'IPSet' })
  })
})
