import { createHash } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { serveOn, SERVING_RUNTIMES } from '../../bench/receiver/servings.ts'
import type { PushAnswer } from '../../receiver/push-record.ts'
import { FEEDS, TOKEN, webhook } from '../receiver/ground.ts'
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

  it('L-04 a provider’s webhook through it refreshes a feed that is pulled, once however often it is sent', async () => {
    const { cluster, host } = stage
    const { ELASTICSEARCH_URL = '' } = cluster.env
    const serving = await serveOn(runtime, { ...FEEDS, CLUSTER_NAME: cluster.name, ELASTICSEARCH_URL, TEMPORAL_HTTP_URL: inject('temporalHttpUrl') })
    try {
      let asked = 0
      host.answer('/pulled.txt', (_, response) => {
        asked += 1
        response.writeHead(200, { 'content-type': 'text/plain' }).end(`${net}.${String(asked)}\n`)
      })
      await cluster.apply('pulled', { content: 'IPSet', pull: { period: '1h', http: { url: `${host.origin}/pulled.txt` } } })
      await eventually('it runs', () => cluster.running('pulled'), (runs) => runs)
      const holds = (n: number): Promise<unknown> => {
        const wanted = createHash('sha256').update(`${net}.${String(n)}/32`).digest('hex')
        return eventually(`the list of request ${String(n)} is in force`, () => cluster.state('pulled'), ({ version }) => version?.set.sha256 === wanted)
      }
      await holds(1)
      const send = (message: ReturnType<typeof webhook>): Promise<Response> => fetch(`${serving.url}/feeds/pulled/refresh`, message)
      const first = webhook()
      const answer = await send(first)
      expect([answer.status, await answer.json()]).toMatchObject([202, { feed: 'pulled', outcome: 'requested' }])
      await holds(2)
      expect((await send(first)).status).toBe(202)
      // A provider that had no answer delivers it again, with another time.
      expect((await send(webhook(20, FEEDS['WEBHOOK_SECRET'], first.headers['webhook-id']))).status).toBe(202)
      expect((await send(webhook())).status).toBe(202)
      await holds(3)
      expect(asked).toBe(3)
    } finally {
      await serving.stop()
    }
  })
})
