import { afterEach, describe, expect, it } from 'vitest'
import { OWNER_GROUP_FRESH_MS } from '../../../adapters/kubernetes/limits.ts'
import { OwnerReferences, withOwner } from '../../../adapters/kubernetes/owner-reference.ts'
import { ResourceGroups } from '../../../adapters/kubernetes/resource-groups.ts'
import { json, type ScriptedApiServer, scriptedApiServer } from './scripted-api-server.ts'

const NEVER = new AbortController().signal
const PAGE = 'projectcalico.org/v3'
const SERVICE = '/apis/apiregistration.k8s.io/v1/apiservices/v3.projectcalico.org'
let scripted: ScriptedApiServer
afterEach(() => scripted.close())

async function references() {
  const asked: string[] = []
  const clock = { now: 0 }
  let status = 200
  scripted = await scriptedApiServer(({ path }, response) => {
    asked.push(path)
    if (path === SERVICE) return json(response, status, { spec: {} })
    json(response, 200, { resources: [{ name: 'globalthreatfeeds' }, { name: 'globalnetworksets' }] })
  })
  const owners = new OwnerReferences(scripted.server, new ResourceGroups(scripted.server), () => clock.now)
  return { owners, clock, asked: () => asked.filter((path) => path === SERVICE).length, answer: (with_: number) => (status = with_) }
}

describe('a feed as an owner', () => {
  it('G-05 is found out once a minute, for all feeds and writes', async () => {
    const { owners, clock, asked, answer } = await references()
    for (const name of ['a', 'b']) {
      for (let write = 0; write < 72; write++) {
        expect(await owners.of({ name, uid: `uid-of-${name}` }, NEVER)).toEqual({ apiVersion: PAGE, kind: 'GlobalThreatFeed', name, uid: `uid-of-${name}` })
      }
    }
    expect(asked()).toBe(1)
    clock.now = OWNER_GROUP_FRESH_MS - 1
    answer(404)
    expect(await owners.of({ name: 'a', uid: 'u' }, NEVER)).not.toBeNull()
    clock.now = OWNER_GROUP_FRESH_MS
    expect(await owners.of({ name: 'a', uid: 'u' }, NEVER)).toBeNull()
    expect(await owners.of({ name: 'a', uid: 'u' }, NEVER)).toBeNull()
    expect(asked()).toBe(2)
  })

  it('G-05 is none where the API server cannot say, which holds for that write alone', async () => {
    const { owners, asked } = await references()
    const stopped = new AbortController()
    stopped.abort(new Error('the step was cancelled'))
    await expect(owners.of({ name: 'a', uid: 'u' }, stopped.signal)).rejects.toThrow('the step was cancelled')
    await scripted.close()
    expect(await owners.of({ name: 'a', uid: 'u' }, NEVER)).toBeNull()
    expect(asked()).toBe(0)
  })

  it('G-05 replaces a feed of a former life and leaves other owners', async () => {
    const owner = await (await references()).owners.of({ name: 'deny-list', uid: 'u' }, NEVER)
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' }
    const former = { apiVersion: PAGE, kind: 'GlobalThreatFeed', name: 'deny-list', uid: 'former' }
    expect(withOwner([former, configMap], owner)).toEqual([configMap, { ...former, uid: 'u' }])
    expect(withOwner([former, configMap], null)).toEqual([configMap])
    expect(withOwner(undefined, null)).toEqual([])
  })
})
