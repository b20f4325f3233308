import { describe, expect, it, vi } from 'vitest'
import { createReadPushedSet } from '../../activities/read-pushed-set.ts'
import { setOf, signal } from '../adapters/elasticsearch/stores.ts'
import { environment, refOf, run, world } from './world.ts'

const PUSH_SPEC = { content: 'IPSet' }

describe('readPushedSet', () => {
  const label = 'a'.repeat(60)
  it.each([
    ['members', 'IPSet', 2_000_001, (n: number) => `1.${n >>> 16}.${(n >> 8) & 255}.${n & 255}`, /field ips: .*2,000,001 members or more; one set may hold 2,000,000$/],
    ['bytes', 'DomainNameSet', 480_000, (n: number) => `${label}.${label}.${label}.n${n}`, /field domains: .* bytes as a document .*; one set may have 90,000,000$/],
  ] as const)('N-06 S-03 refuses a document of too many %s with the figures, before anything is written', async (_, content, length, member, figures) => {
    const from = world()
    const feed = from.apply({ content })
    from.sets.push(content, 'my-feed', { ips: Array.from({ length }, (__, n) => member(n)), domains: Array.from({ length }, (__, n) => member(n)) })
    const failure: unknown = await run(createReadPushedSet(from), { feed, content, document: null }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'PushInvalid', failureClass: 'user', message: expect.stringMatching(figures) })
    expect([from.blobs.blobs.size, from.index.rejections.size, from.sets.writes()]).toEqual([0, 0, 0])
  }, 60_000)

  it('S-03 lets heartbeats and a cancellation in while it reads a large document', { timeout: 60_000 }, async () => {
    const from = world()
    const step = environment()
    const feed = from.apply(PUSH_SPEC)
    from.sets.push('IPSet', 'my-feed', { ips: Array.from({ length: 500_000 }, (_, n) => `2001:db8::${n.toString(16)}`) })
    const lookedForSet = vi.spyOn(from.blobs, 'touch')
    setTimeout(() => step.cancel(), 0)
    await expect(step.run(createReadPushedSet(from), { feed, content: 'IPSet' as const, document: null })).rejects.toMatchObject({ name: 'CancelledFailure' })
    expect(lookedForSet).not.toHaveBeenCalled()
  })

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

  it('S-02 reads a document of an index that was made anew, though it bears the same numbers', async () => {
    const from = world()
    const input = { feed: from.apply(PUSH_SPEC), content: 'IPSet' } as const
    const document = from.sets.push('IPSet', 'my-feed', { ips: ['1.2.3.4/32'] })
    from.sets.recreate()
    const again = from.sets.push('IPSet', 'my-feed', { ips: ['5.6.7.8/32'] })
    expect([again.seqNo, again.primaryTerm]).toEqual([document.seqNo, document.primaryTerm])
    expect(await run(createReadPushedSet(from), { ...input, document })).toMatchObject({ outcome: 'read', set: refOf(setOf(['5.6.7.8/32'])) })
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
    ['an item is a list', { ips: [['1.2.3.4/32']] }],
    ['the field holds a number', { ips: 16909060 }],
    ['the field holds a flag', { ips: true }],
    ['the field holds null', { ips: null }],
    ['the field is written otherwise', { IPs: ['1.2.3.4/32'] }],
    ['the field is of the other kind', { domains: ['canary.example'] }],
    ['the lone string is no member', { ips: 'canary.example' }],
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
