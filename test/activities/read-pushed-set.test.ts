import { describe, expect, it } from 'vitest'
import { createReadPushedSet } from '../../activities/read-pushed-set.ts'
import { setOf, signal } from '../adapters/elasticsearch/stores.ts'
import { refOf, run, world } from './world.ts'

const PUSH_SPEC = { content: 'IPSet' }

describe('readPushedSet', () => {
  it('S-02 reads a document once for each version of it, and says when there is none', async () => {
    const from = world()
    const input = { feed: from.apply(PUSH_SPEC), content: 'IPSet', document: null } as const
    const read = createReadPushedSet(from)
    expect(await run(read, input)).toEqual({ outcome: 'absent' })
    const document = from.sets.push('IPSet', 'my-feed', { ips: ['99.99.99.99/32', '100.100.100.0/24'], note: 'mine' })
    expect(await run(read, input)).toEqual({
      outcome: 'read',
      document,
      set: refOf(setOf(['100.100.100.0/24', '99.99.99.99/32'])),
      entries: 2,
      rejected: {},
    })
    expect(await run(read, { ...input, document })).toEqual({ outcome: 'unchanged' })
    from.sets.push('IPSet', 'my-feed', { ips: ['99.99.99.99/32', '100.100.100.0/24'] })
    expect(await run(read, { ...input, document })).toMatchObject({ outcome: 'read' })
    from.sets.documents.clear()
    expect(await run(read, { ...input, document })).toEqual({ outcome: 'absent' })
  })

  it('S-03 normalises what is pushed and leaves the document as it is', async () => {
    const from = world()
    const feed = from.apply(PUSH_SPEC)
    const source = { ips: ['10.0.0.9/8', '1.2.3.4', 'name.example'] }
    from.sets.push('IPSet', 'my-feed', source)
    const output = await run(createReadPushedSet(from), { feed, content: 'IPSet', document: null })
    expect(output).toMatchObject({ set: refOf(setOf(['1.2.3.4/32', '10.0.0.0/8'])), rejected: { 'not-an-address': 1 } })
    expect([...from.sets.documents.values()].map((stored) => stored.source)).toEqual([source])
    expect(await from.reports.read(feed, signal())).toMatchObject({ samples: [{ value: 'name.example' }] })
  })

  it('S-03 takes a lone string for a list of one, and an empty list for an empty set', async () => {
    const from = world()
    const input = { feed: from.apply(PUSH_SPEC), content: 'IPSet', document: null } as const
    from.sets.push('IPSet', 'my-feed', { ips: '1.2.3.4/32' })
    expect(await run(createReadPushedSet(from), input)).toMatchObject({ set: refOf(setOf(['1.2.3.4/32'])) })
    from.sets.push('IPSet', 'my-feed', { ips: [] })
    expect(await run(createReadPushedSet(from), input)).toMatchObject({ set: refOf(setOf([])), entries: 0 })
  })

  it.each([
    ['the field is missing', { addresses: ['1.2.3.4/32'] }],
    ['the field holds an object', { ips: { a: 1 } }],
    ['an item is no string', { ips: ['1.2.3.4/32', 7] }],
    ['the text is of the other kind', { ips: ['canary.example', 'hackers.example'] }],
  ])('S-03 is PushInvalid when %s, naming the field and no value', async (_, source) => {
    const from = world()
    const feed = from.apply(PUSH_SPEC)
    from.sets.push('IPSet', 'my-feed', source)
    const failure: unknown = await run(createReadPushedSet(from), { feed, content: 'IPSet', document: null }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'PushInvalid', failureClass: 'user', message: expect.stringMatching(/field ips/) })
    expect(String(failure)).not.toMatch(/canary|1\.2\.3\.4/)
    expect(from.blobs.blobs.size).toBe(0)
  })
})
