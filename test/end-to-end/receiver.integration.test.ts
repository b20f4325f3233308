import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { serveOn, SERVING_RUNTIMES } from '../../bench/receiver/servings.ts'
import type { PushAnswer } from '../../receiver/push-record.ts'
import { FEEDS, TOKEN } from '../receiver/ground.ts'
import { eventually, flow } from './cluster.ts'
import { type Stage, setStage } from './stage.ts'

let stage: Stage
setStage((opened) => (stage = opened))

/** Each with networks of its own, since events outlive their feed. */
describe.each(SERVING_RUNTIMES.map((runtime, n) => ({ ...runtime, net: `203.0.${String(n)}`, wider: `198.51.${String(n)}` })))('a set that is pushed through the receiver on $name', ({ net, wider, ...runtime }) => {
  it('S-02 S-05 Q-06 Q-07 is taken as it was answered, searched for in older and newer logs, and stays when its feed goes', async () => {
    const { cluster } = stage
    const { ELASTICSEARCH_URL = '' } = cluster.env
    const serving = await serveOn(runtime, { ...FEEDS, CLUSTER_NAME: cluster.name, ELASTICSEARCH_URL })
    try {
      const push = async (body: string): Promise<PushAnswer> => {
        const answer = await fetch(`${serving.url}/feeds/addresses/set`, { method: 'POST', body, headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'text/plain' } })
        expect(answer.status).toBe(200)
        return (await answer.json()) as PushAnswer
      }
      const version = async (): Promise<string | undefined> => (await cluster.state('addresses')).version?.set.sha256
      const before = await cluster.countEvents('addresses')
      await cluster.log('flow', [flow({ dest_ip: `${net}.7` })])
      await cluster.apply('addresses', { content: 'IPSet' })
      await eventually('it runs', () => cluster.running('addresses'), (runs) => runs)

      const { set } = await push(`${net}.7 # older\n${wider}.0/24\n`)
      expect(set.sha256).toBe(createHash('sha256').update(`${wider}.0/24\n${net}.7/32`).digest('hex'))
      // An interval has a second here; the rest is what a machine that is full takes for it.
      await eventually('it is taken', version, (sha256) => sha256 === set.sha256, 20_000)
      await cluster.log('flow', [flow({ dest_ip: `${wider}.9` })])
      await eventually('both logs are found', () => cluster.countEvents('addresses'), (count) => count === before + 2)
      const next = await push('192.0.2.0/24\n')
      await eventually('the next one is taken', version, (sha256) => sha256 === next.set.sha256, 20_000)

      await cluster.remove('addresses')
      await eventually('the run ends', () => cluster.running('addresses'), (runs) => !runs)
      expect(await cluster.document('IPSet', 'addresses')).toEqual(['192.0.2.0/24'])
    } finally {
      await serving.stop()
      await cluster.elasticsearch.delete({ index: cluster.setIndex('IPSet'), id: 'addresses' }, { ignore: [404] })
    }
  })
})
