import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadYaml } from '@kubernetes/client-node'
import type { V1CustomResourceDefinition } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { applyDeployment, startServers } from '../../local/index.ts'
import type { RunningServers } from '../../local/index.ts'
import { CASES } from '../domain/feed/cases.ts'
import { CANARY, feed, OPTION, pulled } from '../domain/feed/feed-case.ts'
import { definitions, feedResource, refusal, untilPolicyBinds } from './api-server.ts'
import type { ApiObject } from './api-server.ts'

/** A server of its own: on it the kind was once served without a schema and without the policy. */
let servers: RunningServers<'kubernetes'>
let feeds: ReturnType<typeof feedResource>
const LONG = 'n'.repeat(231)
const at = '2026-01-01T00:00:00Z'
const status = {
  lastSuccessfulSearch: at,
  errorConditions: [{ type: 'InvalidSpec', message: 'x' }],
  observedGeneration: 1,
  conditions: [{ type: 'Ready', status: 'False', observedGeneration: 1, lastTransitionTime: at, reason: 'InvalidSpec', message: 'x' }],
  set: { version: 'a1b2c3d4e5f6', members: 3, rejected: 1, rejectedByReason: { empty: 1 }, adoptedAt: at },
}
/** Names of the stored feeds and of the cases that they hold. */
const stored = new Map<string, string>()

async function storeEachCase(): Promise<void> {
  for (const [index, { name, object, problems }] of CASES.entries()) {
    if (problems.length === 0) continue
    const as = name.startsWith('V-16 refuses 231') ? LONG : `case-${String(index)}`
    // Only what is wrong with the name itself cannot be stored at all.
    if (problems.every((field) => field === 'metadata.name') && as !== LONG) continue
    await feeds.create({ ...object, metadata: { ...Object(object['metadata']), name: as } })
    stored.set(as, name)
  }
}

beforeAll(async () => {
  servers = await startServers({ stateDir: mkdtempSync(join('.local', 'test-upgrade-')), owned: true, only: ['kubernetes'], deploy: false })
  const { kubeconfig } = servers.kubernetes
  const crd: V1CustomResourceDefinition = loadYaml(readFileSync('deploy/crds/globalthreatfeeds.yaml', 'utf8'))
  const anything = { x_kubernetes_preserve_unknown_fields: true }
  const openAPIV3Schema = { type: 'object', properties: { spec: anything, status: { type: 'object', ...anything } } }
  const versions = crd.spec.versions.map((version) => ({ ...version, schema: { openAPIV3Schema } }))
  await definitions(kubeconfig).create({ ...crd, spec: { ...crd.spec, versions } })
  feeds = feedResource(kubeconfig, 'projectcalico.org')
  await vi.waitFor(() => feeds.create(feed({}, { name: 'valid' })), { timeout: 30_000, interval: 100 })
  await storeEachCase()
  await applyDeployment(kubeconfig)
  await untilPolicyBinds(feeds)
  await vi.waitFor(async () => expect(await feeds.check(feed({ content: 'x' }, { name: 'probe' }))).toContain('content'), { timeout: 30_000, interval: 100 })
}, 120_000)
afterAll(() => servers.stop())

/** What is refused when each stored feed is written anew. */
async function refusals(write: (name: string, object: ApiObject) => Promise<unknown>): Promise<readonly string[]> {
  const waiting = [...stored]
  const refused: string[] = []
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [as, name] = next
      const message = await refusal(write(as, await feeds.read(as)))
      if (message !== null) refused.push(`${name}: ${message}`)
    }
  }
  await Promise.all(Array.from({ length: 8 }, work))
  return refused
}
const withSpec = (object: ApiObject, spec: object): ApiObject => ({ ...object, spec: { ...Object(object['spec']), ...spec } })

describe('feeds that were admitted before CRD and policy, whatever is wrong with them, other types too', () => {
  it('V-18 are all of the table', () => {
    expect(stored.size).toBeGreaterThan(200)
    expect([...stored.values()]).toEqual(expect.arrayContaining(['V-18 refuses a spec that is a text', 'V-13 refuses an object for headers', 'V-06 refuses a number']))
  })
  it('V-18 T-05 can have their status written', async () => {
    expect(await refusals((name, object) => feeds.replaceStatus(name, { ...object, status }))).toEqual([])
    for (const name of stored.keys()) expect(await feeds.read(name)).toMatchObject({ status })
  })
  it('V-18 can be labelled and annotated', async () => {
    const more = (object: ApiObject): ApiObject => {
      const metadata = Object(object['metadata'])
      return { ...object, metadata: { ...metadata, labels: { a: 'b' }, annotations: { ...metadata.annotations, a: 'b' } } }
    }
    expect(await refusals((name, object) => feeds.replace(name, more(object)))).toEqual([])
  })
  it('V-18 can be disabled without being repaired, where there is a spec', async () => {
    const refused = await refusals((name, object) => (typeof object['spec'] === 'object' ? feeds.replace(name, withSpec(object, { mode: 'Disabled' })) : Promise.resolve()))
    expect(refused).toEqual([])
  })
  it.each([
    ['V-13 refuses an object for headers', 'spec.pull holds, from before, what is of another type'],
    ['V-13 refuses an object for a value', 'spec.pull.http.headers holds, from before, what is of another type'],
    ['V-10 refuses a list', 'spec.pull.http.format holds, from before, what is of another type'],
    ['V-07 refuses ftp', 'spec.pull.http.url must be absolute'],
  ])('V-18 are refused when pull is changed and stays wrong: %s', async (title, message) => {
    const [as = ''] = [...stored].find(([, name]) => name === title) ?? []
    const object = await feeds.read(as)
    const { pull } = Object(object['spec'])
    const refused = await refusal(feeds.replace(as, withSpec(object, { pull: { ...pull, period: '6h' } })))
    expect(refused).toContain(message)
    expect(refused).not.toContain(CANARY)
  })
  it('V-18 can be repaired', async () => {
    const annotations = Object.fromEntries(['allow-empty', 'adopt', 'match', 'lookback'].map((name) => [OPTION + name, undefined]))
    const repaired = (object: ApiObject): ApiObject => {
      const metadata = Object(object['metadata'])
      return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } }, spec: pulled({})['spec'] }
    }
    expect(await refusals((name, object) => feeds.replace(name, repaired(object)))).toEqual([])
  })
})

describe('a feed that is valid', () => {
  const change = async (changed: ApiObject): Promise<string | null> => refusal(feeds.replace('valid', { ...(await feeds.read('valid')), ...changed }))

  it.each([
    ['V-07', pulled({ url: `ftp://${CANARY}` }), 'spec.pull.http.url must be absolute'],
    ['V-15', pulled({ headers: [{ name: 'X', valueFrom: { secretKeyRef: { name: CANARY, key: 'k' } } }] }), 'must begin with globalthreatfeed-valid-'],
    ['V-05', feed({ globalNetworkSet: {} }), 'spec.globalNetworkSet is possible only together with pull'],
    ['V-13', pulled({ headers: { Accept: CANARY } }), 'spec.pull.http.headers'],
  ])('%s V-18 cannot be made an invalid one', async (_, { spec }, message) => {
    const refused = await change({ spec })
    expect(refused).toContain(message)
    expect(refused).not.toContain(CANARY)
  })
  it('V-05 V-18 keeps its network set only with what that needs', async () => {
    expect(await change({ spec: pulled({}, { globalNetworkSet: {} })['spec'] })).toBeNull()
    expect(await change({ spec: { globalNetworkSet: {} } })).toContain('together with pull')
    expect(await change({ spec: pulled({}, { globalNetworkSet: {}, content: 'DomainNameSet' })['spec'] })).toContain('only with content IPSet')
  })
})
