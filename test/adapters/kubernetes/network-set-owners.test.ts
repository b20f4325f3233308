import { afterEach, describe, expect, it } from 'vitest'
import { KubernetesNetworkSetOwners } from '../../../adapters/kubernetes/network-set-owners.ts'
import { ResourceGroups } from '../../../adapters/kubernetes/resource-groups.ts'
import { FEED_UID_LABEL } from '../../../domain/network-set/network-set.ts'
import { type Answer, json, type ScriptedApiServer, scriptedApiServer } from './scripted-api-server.ts'

const NEVER = new AbortController().signal
let scripted: ScriptedApiServer
afterEach(() => scripted.close())

async function ownersOf(answer: Answer): Promise<KubernetesNetworkSetOwners> {
  scripted = await scriptedApiServer(answer)
  return new KubernetesNetworkSetOwners(scripted.server, new ResourceGroups(scripted.server))
}

const GROUP = '/apis/projectcalico.org/v3'
const served = { resources: [{ name: 'globalnetworksets' }] }
const page = (at: number, token: string) => ({
  kind: 'PartialObjectMetadataList',
  metadata: { continue: token, resourceVersion: '1' },
  items: [{ metadata: { name: `threatfeed.feed-${String(at)}`, uid: 'u', resourceVersion: '1', labels: { [FEED_UID_LABEL]: `uid-${String(at)}` } } }],
})

describe('owners of network sets', () => {
  it('S-05 are read from every page of a long list, which is of metadata and of labelled ones alone', async () => {
    const asked: string[] = []
    const owners = await ownersOf(({ path, query, message }, response) => {
      if (path === GROUP) return json(response, 200, served)
      asked.push(`${String(query.get('labelSelector'))} ${String(message.headers.accept?.includes('PartialObjectMetadataList'))}`)
      const next = query.get('continue') ?? ''
      json(response, 200, next === '' ? page(1, 'more') : page(2, ''))
    })
    expect(await owners.list(NEVER)).toEqual([{ name: 'feed-1', uid: 'uid-1' }, { name: 'feed-2', uid: 'uid-2' }])
    expect(asked).toEqual([`${FEED_UID_LABEL} true`, `${FEED_UID_LABEL} true`])
  })

  it('S-05 are none where no group serves the kind', async () => {
    const owners = await ownersOf((_, response) => json(response, 404, { kind: 'Status', reason: 'NotFound' }))
    expect(await owners.list(NEVER)).toEqual([])
  })

  it('L-05 are unknown, and not none, while the API server cannot say', async () => {
    const owners = await ownersOf(({ path }, response) => (path === GROUP ? json(response, 200, served) : json(response, 503, { kind: 'Status', reason: 'ServiceUnavailable' })))
    await expect(owners.list(NEVER)).rejects.toMatchObject({ code: 'ApiUnavailable' })
  })
})
