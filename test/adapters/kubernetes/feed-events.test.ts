import { KubeConfig } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { ApiServer } from '../../../adapters/kubernetes/api-server.ts'
import { KubernetesFeedEvents } from '../../../adapters/kubernetes/feed-events.ts'
import type { FeedFailure } from '../../../domain/failure.ts'
import type { FeedEvent } from '../../../domain/status/events-of.ts'
import { json, scriptedApiServer } from './scripted-api-server.ts'

const NEVER = new AbortController().signal
const FEED = { name: 'a', uid: 'uid-1', resourceVersion: '1', object: { apiVersion: 'projectcalico.org/v3', kind: 'GlobalThreatFeed' } }
const FAILED: FeedEvent = { type: 'Warning', reason: 'PullFailed', note: 'feeds.example answered 500' }

function recorder(server: ApiServer) {
  const failures: FeedFailure[] = []
  return { failures, events: new KubernetesFeedEvents(server, { identity: 'w', now: () => new Date(0), onFailure: (failure) => failures.push(failure) }) }
}

describe('events that cannot be told', () => {
  it('T-06 of an API server that is down are said once, and fail nothing', async () => {
    const config = new KubeConfig()
    config.loadFromClusterAndUser({ name: 'c', server: 'http://127.0.0.1:1', skipTLSVerify: true }, { name: 'u' })
    const { events, failures } = recorder(new ApiServer(config))
    await events.tell(FEED, [FAILED, { ...FAILED, reason: 'StoreFailed' }], NEVER)
    await events.tell(FEED, [FAILED], NEVER)
    expect(failures.map(({ message }) => message)).toEqual(['the Kubernetes API server could not be reached (ECONNREFUSED)'])
  })

  it('T-06 T-04 of one that refuses them neither, and what it says is not repeated', async () => {
    let asked = 0
    const refusing = await scriptedApiServer((_, response) => {
      asked += 1
      json(response, 403, { kind: 'Status', reason: 'Forbidden', message: 'canary' })
    })
    const { events, failures } = recorder(refusing.server)
    await events.tell(FEED, [FAILED], NEVER)
    await events.tell(FEED, [FAILED], AbortSignal.abort())
    expect(failures.map(({ message }) => message)).toEqual(['the Kubernetes API server answered 403 Forbidden to an event on the feed a'])
    expect(asked).toBe(1)
    await refusing.close()
  })

  it('T-06 once they can be again, the next time they cannot is said anew', async () => {
    let status = 403
    const moody = await scriptedApiServer((_, response) => {
      json(response, status, {})
    })
    const { events, failures } = recorder(moody.server)
    for (const next of [403, 201, 403, 403]) {
      status = next
      await events.tell(FEED, [{ ...FAILED, note: String(Math.random()) }], NEVER)
    }
    expect(failures).toHaveLength(2)
    await moody.close()
  })
})
