import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cacheFolder } from '../../local/cache/cache-folder.ts'
import { elasticsearchHome } from '../../local/elasticsearch/artifact.ts'
import { serviceAccountKubeconfig, startServers, timeSkippingServer } from '../../local/index.ts'
import type { RunningServers } from '../../local/index.ts'
import { freePorts, isFree } from '../../local/process/free-port.ts'
import { identify, isRunning } from '../../local/process/process-identity.ts'
import { temporalCommand } from '../../local/temporal/command-artifact.ts'
import { recordedProcesses, stillRunning } from './recorded-processes.ts'

/** Neither addresses nor assets of the developer's decide here. */
const environment = { ...process.env, TEMPORAL_ADDRESS: '', KUBECONFIG: '', ELASTICSEARCH_URL: '', KUBEBUILDER_ASSETS: '' }
const JSON_TYPE = { 'content-type': 'application/json' }

const folder = mkdtempSync(join(tmpdir(), 'threatfeed-'))
const stateDir = join(folder, 'state')
let servers: RunningServers

beforeAll(async () => {
  servers = await startServers({ stateDir, owned: true, environment, dynamicConfig: ['limit.historyCount.suggestContinueAsNew=7'] })
})
afterAll(async () => {
  await servers.stop()
  rmSync(folder, { recursive: true })
})

function core(kubeconfig = servers.kubernetes.kubeconfig): CoreV1Api {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  return config.makeApiClient(CoreV1Api)
}

describe('a server that is killed and started again', () => {
  it('keeps Temporal\'s runs, and their search attributes', async () => {
    const { httpUrl } = servers.temporal
    const workflow = `${httpUrl}/api/v1/namespaces/default/workflows/kept`
    const start = {
      workflowType: { name: 'any' },
      taskQueue: { name: 'nobody' },
      searchAttributes: { indexedFields: Object.fromEntries(['FeedName', 'FeedContent', 'FeedHealth', 'FeedCluster'].map((name) => [name, name])) },
    }
    const started = await fetch(workflow, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(start) })
    expect(started.status, await started.text()).toBe(200)
    await servers.kill('temporal', 'SIGKILL')
    await expect(fetch(workflow)).rejects.toThrow('fetch failed')
    await servers.restart('temporal')
    expect(servers.temporal.httpUrl).toBe(httpUrl)
    expect(await (await fetch(workflow)).json()).toMatchObject({ workflowExecutionInfo: { status: 'WORKFLOW_EXECUTION_STATUS_RUNNING' } })
  })

  it('keeps Elasticsearch\'s documents', async () => {
    const document = `${servers.elasticsearch.url}/kept/_doc/1`
    expect((await fetch(document, { method: 'PUT', headers: JSON_TYPE, body: '{"a":1}' })).status).toBe(201)
    await servers.kill('elasticsearch', 'SIGKILL')
    await expect(fetch(document)).rejects.toThrow('fetch failed')
    await servers.restart('elasticsearch')
    expect((await fetch(document)).status).toBe(200)
  })

  it('keeps Kubernetes\' objects, and its certificate', async () => {
    const name = 'kept'
    const kubeconfig = readFileSync(servers.kubernetes.kubeconfig, 'utf8')
    await core().createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name }, data: { a: '1' } } })
    await servers.kill('kubernetes')
    await expect(core().readNamespacedConfigMap({ namespace: 'default', name })).rejects.toThrow(/ECONNREFUSED|socket|reset/i)
    await servers.restart('kubernetes')
    expect((await core().readNamespacedConfigMap({ namespace: 'default', name })).data).toEqual({ a: '1' })
    expect(readFileSync(servers.kubernetes.kubeconfig, 'utf8')).toBe(kubeconfig)
  })
})

describe('Kubernetes', () => {
  it('lets nobody in without a token', async () => {
    const config = JSON.parse(readFileSync(servers.kubernetes.kubeconfig, 'utf8')) as { users: { user: { token: string } }[] }
    if (config.users[0] !== undefined) config.users[0].user.token = 'another'
    const stranger = join(folder, 'stranger.kubeconfig')
    writeFileSync(stranger, JSON.stringify(config))
    await expect(core(stranger).listNamespace()).rejects.toMatchObject({ code: 401 })
  })

  it('lets a service account do what RBAC allows it, and no more', async () => {
    const config = new KubeConfig()
    config.loadFromFile(servers.kubernetes.kubeconfig)
    const rbac = config.makeApiClient(RbacAuthorizationV1Api)
    const account = { namespace: 'default', name: 'reader' }
    await core().createNamespacedServiceAccount({ namespace: 'default', body: { metadata: { name: 'reader' } } })
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }]
    await rbac.createClusterRole({ body: { metadata: { name: 'reader' }, rules } })
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' }
    await rbac.createClusterRoleBinding({ body: { metadata: { name: 'reader' }, roleRef, subjects: [{ kind: 'ServiceAccount', ...account }] } })
    const reader = core(await serviceAccountKubeconfig({ kubeconfig: servers.kubernetes.kubeconfig, ...account, folder }))
    await expect(reader.listNamespacedConfigMap({ namespace: 'default' })).resolves.toHaveProperty('items')
    await expect(reader.listNamespacedSecret({ namespace: 'default' })).rejects.toMatchObject({ code: 403 })
  })
})

describe('startServers', () => {
  it('finds the servers of its folder, and leaves them running when it stops', async () => {
    const before = recordedProcesses(stateDir)
    const found = await startServers({ stateDir, owned: true, environment })
    expect(found.env).toEqual(servers.env)
    await found.stop()
    expect(stillRunning(before)).toHaveLength(4)
    expect(recordedProcesses(stateDir)).toEqual(before)
  })

  it('starts only what is asked for, ends it and deletes its data', async () => {
    const other = join(folder, 'other')
    const only = await startServers({ stateDir: other, owned: true, environment, only: ['temporal'] })
    expect(Object.keys(only.env)).toEqual(['TEMPORAL_ADDRESS', 'FEED_ALLOWED_RANGES'])
    expect(only.temporal.address).not.toBe(servers.temporal.address)
    const processes = recordedProcesses(other)
    expect(stillRunning(processes)).toEqual(['temporal'])
    await only.stop()
    expect(stillRunning(processes)).toEqual([])
    expect(existsSync(other)).toBe(false)
  })

  it('uses a server that the environment gives, starts the rest, and ends only that', async () => {
    const given = { ...environment, ELASTICSEARCH_URL: servers.elasticsearch.url }
    const mixed = await startServers({ stateDir: join(folder, 'mixed'), owned: true, environment: given, only: ['temporal', 'elasticsearch'] })
    expect(mixed.elasticsearch.url).toBe(servers.elasticsearch.url)
    await expect(mixed.kill('elasticsearch')).rejects.toThrow('not ours')
    await mixed.stop()
    expect((await fetch(servers.elasticsearch.url)).status).toBe(405)
  })

  it.each([
    ['temporal', temporalCommand, 'temporal'],
    ['elasticsearch', elasticsearchHome, 'lib/lucene-core-10.5.1.jar'],
  ] as const)('refuses to start %s when one bit in the cache is another', async (name, artifact, file) => {
    const cache = join(folder, `cache-${name}`)
    const real = (await artifact()).name
    const copy = join(cache, 'threatfeed', real)
    cpSync(join(cacheFolder(process.env), real), copy, { recursive: true })
    const bytes = readFileSync(join(copy, file))
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    writeFileSync(join(copy, file), bytes)
    const start = startServers({ stateDir: join(folder, 'refused'), owned: true, environment: { ...environment, XDG_CACHE_HOME: cache }, only: [name] })
    await expect(start).rejects.toThrow(new RegExp(`${join(copy, file)} is not what it was recorded as:\n.*\n.*\n.*rm -r ${copy}`))
    expect(existsSync(join(folder, 'refused', 'servers.json'))).toBe(false)
  })
})

describe('timeSkippingServer', () => {
  it('ends with the process that started it, however that ends', async () => {
    const { executable } = await timeSkippingServer()
    const [port] = await freePorts(1)
    const starter = spawn('sh', ['-c', '"$1" "$2" >/dev/null 2>&1 & echo $!; wait', 'sh', executable, String(port)], { stdio: ['ignore', 'pipe', 'ignore'] })
    const [pid] = (await once(starter.stdout.setEncoding('utf8'), 'data')) as [string]
    const server = identify(Number(pid))
    expect(server).toBeDefined()
    await expect.poll(() => isFree(port ?? 0), { timeout: 30_000 }).toBe(false)
    starter.kill('SIGKILL')
    await expect.poll(() => server !== undefined && isRunning(server), { timeout: 10_000 }).toBe(false)
    expect(await isFree(port ?? 0)).toBe(true)
  })

  it('is a server that lets thirty days pass in no time', async () => {
    const { executable } = await timeSkippingServer()
    const skipping = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path: executable } } })
    try {
      const before = await skipping.currentTimeMs()
      await skipping.sleep('30 days')
      expect((await skipping.currentTimeMs()) - before).toBeGreaterThanOrEqual(30 * 24 * 3_600_000)
    } finally {
      await skipping.teardown()
    }
  })
})
