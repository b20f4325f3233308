import { dirname } from 'node:path'
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { serviceAccountKubeconfig } from '../../local/index.ts'
import { VERSION } from '../../worker/package-root.ts'
import { type Cluster, eventually } from './cluster.ts'
import type { FeedServer } from './feed-server.ts'
import { setStage } from './stage.ts'

let cluster: Cluster
let host: FeedServer
/** What the host was asked with, and when. */
let asked: { readonly at: number; readonly token: string | undefined; readonly agent: string | undefined; readonly literal: string | undefined; readonly by: string | undefined }[] = []
/** Answers 401 to any other token; null takes all. */
let wanted: string | null = null

setStage((stage) => {
  cluster = stage.cluster
  host = stage.host
})

/** A feed of two references and a literal; only the first is required. */
async function apply(feed: string): Promise<void> {
  asked = []
  host.answer(`/${feed}.txt`, ({ headers }, response) => {
    const one = (name: string): string | undefined => headers[name]?.toString()
    asked.push({ at: Date.now(), token: one('authorization'), agent: one('x-agent'), literal: one('x-literal'), by: one('user-agent') })
    if (wanted !== null && one('authorization') !== wanted) response.writeHead(401).end()
    else response.end('198.51.100.80\n')
  })
  const headers = [
    { name: 'Authorization', valueFrom: { secretKeyRef: { name: `globalthreatfeed-${feed}-key`, key: 'token' } } },
    { name: 'X-Agent', valueFrom: { configMapKeyRef: { name: `globalthreatfeed-${feed}-agent`, key: 'agent', optional: true } } },
    { name: 'X-Literal', value: 'as written' },
  ]
  await cluster.apply(feed, { pull: { period: '1h', http: { url: `${host.origin}/${feed}.txt`, headers } } })
}

const failed = async (feed: string, text: string): Promise<string> => {
  const { status } = await eventually(`${feed} says ${text}`, () => cluster.feed(feed), (seen) => JSON.stringify(seen.status?.errorConditions ?? []).includes(text))
  return status?.errorConditions?.find(({ type }) => type === 'PullFailed')?.message ?? ''
}
const well = (feed: string): Promise<unknown> =>
  eventually(`${feed} is well`, () => cluster.feed(feed), ({ status }) => status?.lastSuccessfulSync !== undefined && (status.errorConditions ?? []).length === 0)

describe('what the headers of a feed refer to', () => {
  it('P-04 P-05 V-14 V-15 a missing Secret: nothing is asked, object and key are named; it appears: the watch has it read at once, from its namespace alone', async () => {
    await cluster.secret('globalthreatfeed-awaits-key', { token: 'of another namespace' }, 'default')
    await apply('awaits')
    const message = await failed('awaits', 'PullFailed')
    expect(message).toBe(
      "Nothing was asked for, because a required header's value is missing: key token of Secret globalthreatfeed-awaits-key (header Authorization)",
    )
    const { retryPullAt } = await cluster.state('awaits')
    expect(asked).toEqual([])
    await cluster.secret('globalthreatfeed-awaits-key', { token: 'Bearer one\n' })
    await well('awaits')
    const [first] = asked
    // One newline is cut, the missing optional one is left out, and the timer of its own retry had not run out.
    expect(first).toMatchObject({ token: 'Bearer one', agent: undefined, literal: 'as written' })
    expect(first?.by).toBe(`threatfeed/${VERSION}`)
    expect(first?.at).toBeLessThan(retryPullAt ?? 0)
    expect(asked).toHaveLength(1)
  })

  it('P-04 P-05 a value is read at every pull; one that was refused and is rotated is tried by the watch, before its wait is over', async () => {
    await cluster.secret('globalthreatfeed-rotates-key', { token: 'Bearer one' })
    await apply('rotates')
    await well('rotates')
    await cluster.rotate('globalthreatfeed-rotates-key', { token: 'Bearer two' })
    expect(await cluster.refresh('rotates')).toMatchObject({ outcome: 'unchanged' })
    wanted = 'Bearer three'
    expect(await cluster.refresh('rotates')).toMatchObject({ outcome: 'failed' })
    expect(await failed('rotates', 'PullFailed')).toBe(`${new URL(host.origin).host}: answered 401`)
    const { retryPullAt } = await cluster.state('rotates')
    await cluster.rotate('globalthreatfeed-rotates-key', { token: 'Bearer three' })
    await well('rotates')
    expect(asked.map(({ token }) => token)).toEqual(['Bearer one', 'Bearer two', 'Bearer two', 'Bearer three'])
    expect(asked.at(-1)?.at).toBeLessThan(retryPullAt ?? 0)
    wanted = null
  })

  it('P-05 the worker’s account may read no Secret of another namespace', async () => {
    await cluster.secret('globalthreatfeed-any-key', { token: 'canary' }, 'default')
    await cluster.secret('globalthreatfeed-any-key', { token: 'canary' })
    const admin = cluster.env['KUBECONFIG'] ?? ''
    const config = new KubeConfig()
    config.loadFromFile(
      await serviceAccountKubeconfig({ kubeconfig: admin, namespace: 'tigera-intrusion-detection', name: 'threatfeed', folder: dirname(admin) }),
    )
    const api = config.makeApiClient(CoreV1Api)
    const name = 'globalthreatfeed-any-key'
    expect((await api.readNamespacedSecret({ namespace: 'tigera-intrusion-detection', name })).metadata?.name).toBe(name)
    await expect(api.readNamespacedSecret({ namespace: 'default', name })).rejects.toMatchObject({ code: 403 })
    await expect(api.listSecretForAllNamespaces()).rejects.toMatchObject({ code: 403 })
  })
})
