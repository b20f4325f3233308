import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { ShardPoint, Span } from '../../../domain/search/window.ts'
import { flow, searchWorld, signal, type SearchWorld } from '../../activities/search/world.ts'

let world: SearchWorld
beforeAll(async () => {
  world = await searchWorld(inject('servers')['ELASTICSEARCH_URL'] ?? '', 2)
})
afterAll(() => world.close())

const whole = ({ index, uuid, history, shard, checkpoint }: ShardPoint): Span => ({ index, uuid, history, shard, after: -1, upTo: checkpoint })
const destinations = (found: readonly { readonly field: string; readonly values: readonly string[] }[]): readonly string[] =>
  [...(found.find(({ field }) => field === 'dest_ip')?.values ?? [])].sort()

describe('the shards of many indices', () => {
  it('Q-06 are each reached by sequence number, more indices than one request line can name', async () => {
    // 20 names of 235 characters are 4.7 kB; a request line may have 4.
    const parts = Array.from({ length: 20 }, (_, i) => `many-${String(i).padStart(190, '0')}`)
    for (const [i, part] of parts.entries()) await world.log('flow', [flow({ dest_ip: `203.0.113.${i}` })], part)
    const points = await world.ports.logs.checkpoints('flow', signal())
    await world.ports.logs.refresh('flow', points, signal())
    expect(points).toHaveLength(40)
    const spans = points.map(whole).filter(({ upTo }) => upTo >= 0)
    const { found, unreachable } = await world.ports.logs.digest({ kind: 'flow', spans }, signal())
    expect(unreachable).toEqual([])
    expect(destinations(found)).toEqual(parts.map((_, i) => `203.0.113.${i}`).sort())
    // Half of them: what lies outside the spans is not found.
    const half = await world.ports.logs.digest({ kind: 'flow', spans: spans.slice(0, 10) }, signal())
    expect(destinations(half.found)).toHaveLength(10)
    for (const part of parts) await world.client.indices.delete({ index: world.index('flow', part) })
  })

  it('Q-06 are told apart: one that answers, one that is red, one that is closed, one that is gone, one that has no such shard', async () => {
    await world.log('flow', [flow({ dest_ip: '192.0.2.1' }), flow({ dest_ip: '192.0.2.1' }), flow({ dest_ip: '192.0.2.1' }), flow({ dest_ip: '192.0.2.1' })], 'good')
    await world.log('flow', [flow({})], 'closed')
    await world.client.indices.create({
      index: world.index('flow', 'red'),
      wait_for_active_shards: 0,
      settings: { 'index.routing.allocation.require._name': 'nowhere' },
    })
    const points = await world.ports.logs.checkpoints('flow', signal())
    await world.ports.logs.refresh('flow', points, signal())
    await world.client.indices.close({ index: world.index('flow', 'closed') })
    const settings = await world.client.indices.getSettings({ index: world.index('flow', '*'), expand_wildcards: 'all' })
    const span = (part: string, shard = 0): Span => {
      const index = world.index('flow', part)
      return { index, uuid: settings[index]?.settings?.index?.uuid ?? 'gone', history: 'h', shard, after: -1, upTo: 9 }
    }
    const good = points.map(whole).filter(({ index, upTo }) => index === world.index('flow', 'good') && upTo >= 0)
    const spans = [...good, span('red'), span('closed'), span('gone'), span('good', 7)]
    const { found, unreachable } = await world.ports.logs.digest({ kind: 'flow', spans }, signal())
    expect(destinations(found)).toEqual(['192.0.2.1'])
    expect(new Set(unreachable)).toEqual(new Set([span('red'), span('closed'), span('good', 7)]))

    const ids: string[] = []
    const lost: Span[] = []
    for await (const page of world.ports.logs.find({ kind: 'flow', spans }, 'dest_ip', ['192.0.2.0/24'], signal())) {
      ids.push(...page.found.map(({ id }) => id))
      lost.push(...page.unreachable)
    }
    expect(ids).toHaveLength(4)
    expect(new Set(lost)).toEqual(new Set(unreachable))
  })
})
