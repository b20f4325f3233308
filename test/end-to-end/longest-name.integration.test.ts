import { expect, it } from 'vitest'
import { scattered } from '../domain/network-set/given.ts'
import { eventually, flow } from './cluster.ts'
import type { Stage } from './stage.ts'
import { setStage } from './stage.ts'

let stage: Stage
setStage((opened) => (stage = opened))

/** 230 characters, as many as a feed's name may have, dots among them. */
const NAME = `${'n'.repeat(63)}.${'a-'.repeat(50)}m.${'e'.repeat(64)}`

it('V-15 V-16 G-01 G-04 L-05 the longest name of a feed works from its first pull, with a header of a Secret, through document, network sets, status and events to its removal', async () => {
  const { cluster, host } = stage
  expect(NAME).toHaveLength(230)
  const members = scattered(21_000)
  const secret = `globalthreatfeed-${NAME}-key`
  // As long as an object's name can be, with the suffix that fits.
  expect(secret.length).toBeLessThanOrEqual(253)
  await cluster.secret(secret, { token: 'for the longest' })
  const keys: unknown[] = []
  host.answer('/longest.txt', (request, response) => {
    keys.push(request.headers['x-key'])
    response.writeHead(200, { 'content-type': 'text/plain' }).end(members.join('\n'))
  })
  const headers = [{ name: 'X-Key', valueFrom: { secretKeyRef: { name: secret, key: 'token' } } }]
  await cluster.log('flow', [flow({ dest_ip: '11.0.0.2' })])
  await cluster.apply(NAME, { pull: { period: '1h', http: { url: `${host.origin}/longest.txt`, headers } }, globalNetworkSet: { labels: { level: 'high' } } })

  const sets = () => Promise.all([`threatfeed.${NAME}`, `threatfeed-1.${NAME}`].map((name) => cluster.networkSet(name)))
  const nets = (found: Awaited<ReturnType<typeof sets>>): string => found.flatMap((set) => set?.spec.nets ?? []).sort().join()
  await eventually('both network sets', sets, (found) => nets(found) === [...members].sort().join())
  await eventually('its status', () => cluster.feed(NAME), ({ status }) => status?.lastSuccessfulSync !== undefined && status.lastSuccessfulSearch !== undefined)
  expect((await cluster.feed(NAME)).status?.errorConditions ?? []).toEqual([])
  expect(await cluster.document('IPSet', NAME)).toHaveLength(members.length)
  expect(keys).toEqual(['for the longest'])
  await cluster.log('flow', [flow({ dest_ip: '11.0.0.4' })])
  const events = await eventually('its events', () => cluster.events(NAME), (found) => found.length === 2)
  expect(events.map((event) => event['origin'])).toEqual([NAME, NAME])
  expect(await cluster.refresh(NAME)).toMatchObject({ outcome: 'unchanged' })
  await eventually('a Kubernetes event', () => cluster.kubernetesEvents(), (text) => text.includes(NAME))

  await cluster.remove(NAME)
  await eventually('its run ends', () => cluster.running(NAME), (runs) => !runs)
  expect(await sets()).toEqual([null, null])
  expect(await cluster.document('IPSet', NAME)).toBeNull()
  expect(await cluster.events(NAME)).toHaveLength(2)
}, 180_000)
