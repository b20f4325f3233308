import { beforeAll, describe, expect, inject, it } from 'vitest'
import { KubernetesFeedResources } from '../../../adapters/kubernetes/feed-resources.ts'
import { feedResource, untilPolicyBinds } from '../../deploy/api-server.ts'
import { CANARY } from '../../domain/feed/feed-case.ts'
import { Cluster, kubeConfigOf, NEVER, uniqueName } from './cluster.ts'

const kubeconfig = inject('servers')['KUBECONFIG'] ?? ''
const { server, groups } = new Cluster(kubeConfigOf(kubeconfig))
const resources = new KubernetesFeedResources(server, groups)
const written = (spec: Readonly<Record<string, unknown>>) => ({ name: uniqueName('written'), labels: {}, annotations: {}, spec })

describe('writing feeds', () => {
  beforeAll(() => untilPolicyBinds(feedResource(kubeconfig, 'projectcalico.org')))

  it('V-18 tells in full what the policy finds wrong, without its own name, url and header value', async () => {
    const feed = written({ pull: { period: '1m', http: { url: `ftp://${CANARY}`, headers: [{ name: 'X', value: `${CANARY}\n` }] } } })
    const failure: unknown = await resources.create(feed, NEVER).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'InvalidSpec',
      failureClass: 'user',
      message: [
        `the API server refuses the feed ${feed.name}: spec.pull.period must be a duration such as 24h, 1h30m or 300s, and at least 5m`,
        'spec.pull.http.url must be absolute and begin with http:// or https://',
        'spec.pull.http.headers: a value holds a control character, or one that HTTP headers cannot carry',
      ].join('; '),
    })
  })
  it('V-18 tells what the schema finds wrong by its fields', async () => {
    const failure: unknown = await resources.create(written({ content: 'x', mode: 'y' }), NEVER).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'InvalidSpec' })
    for (const field of ['spec.content', 'spec.mode']) expect(String(failure)).toContain(`${field}: Unsupported value`)
  })
})
