import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiextensionsV1Api, CoreV1Api, KubeConfig, loadYaml } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect, local, startTypescript } from './run-command-line.ts'
import { recordedProcesses, stillRunning } from './recorded-processes.ts'
import { programFile } from './program-file.ts'

const DOWN_MS = 30_000
const ALL = ['elasticsearch', 'etcd', 'kube-apiserver', 'temporal']

describe('npm run local', () => {
  const folder = mkdtempSync(join(tmpdir(), "threatfeed it's-"))
  const state = join(folder, 'state')
  const run = (command: string, ...options: string[]): ReturnType<typeof local> => local([command, '--state', state, ...options])
  const settings = async (): Promise<Record<string, string>> => {
    const { output } = await run('env')
    const names = ['TEMPORAL_ADDRESS', 'ELASTICSEARCH_URL', 'KUBECONFIG', 'FEED_ALLOWED_RANGES']
    const script = `eval "$1"; printf '%s\\n' ${names.map((name) => `"$${name}"`).join(' ')}`
    const values = execFileSync('sh', ['-c', script, 'sh', output], { encoding: 'utf8' }).split('\n')
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']))
  }

  beforeAll(async () => {
    expect(await run('up')).toMatchObject({ code: 0, error: '' })
  })
  afterAll(async () => {
    await run('down')
    rmSync(folder, { recursive: true })
  })

  it('up leaves all servers running, and status says so', async () => {
    expect(stillRunning(recordedProcesses(state)).toSorted()).toEqual(ALL)
    const { code, output } = await run('status')
    expect(code).toBe(0)
    expect(output.split('\n').filter((line) => line.includes(': running  '))).toHaveLength(3)
  })

  it('env prints what a shell evals, and nothing else', async () => {
    const { code, output } = await run('env')
    expect(code).toBe(0)
    expect(output.split('\n').map((line) => line.replace(/=.*/, ''))).toEqual([
      'export TEMPORAL_ADDRESS',
      'export ELASTICSEARCH_URL',
      'export KUBECONFIG',
      'export FEED_ALLOWED_RANGES',
      '',
    ])
    const { ELASTICSEARCH_URL, KUBECONFIG } = await settings()
    expect((await fetch(`${ELASTICSEARCH_URL}/_cluster/health`)).status).toBe(200)
    expect(KUBECONFIG).toBe(join(state, 'kubernetes/kubeconfig'))
  })

  it('up applies the CRDs of deploy/ so that they can be used, and makes the namespace', async () => {
    const config = new KubeConfig()
    config.loadFromFile(join(state, 'kubernetes/kubeconfig'))
    const { items } = await config.makeApiClient(ApiextensionsV1Api).listCustomResourceDefinition()
    const ready = items.filter(({ status }) => status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True'))
    const written = readdirSync('deploy/crds').map((file) => (loadYaml(readFileSync(join('deploy/crds', file), 'utf8')) as { metadata: { name: string } }).metadata.name)
    expect(ready.map(({ metadata }) => metadata?.name).toSorted()).toEqual(written.toSorted())
    const namespaces = await config.makeApiClient(CoreV1Api).listNamespace()
    expect(namespaces.items.map(({ metadata }) => metadata?.name)).toContain('tigera-intrusion-detection')
  })

  it('keeps what gives access to its owner', () => {
    for (const file of ['kubeconfig', 'tokens.csv', 'service-account.key']) {
      expect(statSync(join(state, 'kubernetes', file)).mode & 0o077, file).toBe(0)
    }
  })

  it('a second up finds the servers, from a shell that has their settings too', async () => {
    const before = recordedProcesses(state)
    const { code, output } = await local(['up', '--state', state], await settings())
    expect(code).toBe(0)
    expect(output.match(/runs already/g)).toHaveLength(3)
    expect(recordedProcesses(state)).toEqual(before)
  })

  it('down ends all and deletes their state; with --keep the next up finds the data at the same addresses', async () => {
    const before = recordedProcesses(state)
    const { ELASTICSEARCH_URL } = await settings()
    const put = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }
    expect((await fetch(`${ELASTICSEARCH_URL}/kept/_doc/1`, put)).status).toBe(201)
    const from = Date.now()
    expect((await run('down', '--keep')).code).toBe(0)
    expect(Date.now() - from).toBeLessThan(DOWN_MS)
    expect(stillRunning(before)).toEqual([])
    expect((await run('status')).code).toBe(1)
    expect(await run('env')).toMatchObject({ code: 1, output: '' })

    expect((await run('up')).code).toBe(0)
    expect((await fetch(`${ELASTICSEARCH_URL}/kept/_doc/1`)).status).toBe(200)
    const again = recordedProcesses(state)
    expect((await run('down')).code).toBe(0)
    expect(stillRunning(again)).toEqual([])
    expect(existsSync(state)).toBe(false)
  })
})

describe('npm run local up, when nothing runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'threatfeed-'))
  const state = join(folder, 'state')
  const down = (): ReturnType<typeof local> => local(['down', '--state', state])
  afterAll(() => rmSync(folder, { recursive: true }))

  it('says why a server did not come up, with the end of its log, and leaves none running', async () => {
    const assets = join(folder, 'assets')
    programFile(join(assets, 'etcd'), 'echo "no space left on device"; exit 3')
    programFile(join(assets, 'kube-apiserver'), 'exec sleep 600')
    const { code, output, error } = await local(['up', '--state', state], { KUBEBUILDER_ASSETS: assets })
    expect(code).toBe(1)
    expect(error).toContain('etcd ended while it was starting')
    expect(error).toContain('no space left on device')
    expect(output).not.toContain('ready')
    expect(stillRunning(recordedProcesses(state))).toEqual([])
    expect((await down()).code).toBe(0)
  })

  it('names everything that is missing in one message and starts nothing', async () => {
    const { code, error } = await local(['up', '--state', state], { XDG_CACHE_HOME: join(folder, 'cache'), PATH: '/nowhere' })
    expect(code).toBe(1)
    for (const tool of ['Maven', 'pip', 'Go 1.26']) expect(error).toContain(tool)
    expect(existsSync(join(folder, 'cache'))).toBe(false)
    expect(existsSync(join(state, 'servers.json'))).toBe(false)
  })

  it('says which address of the environment does not answer', async () => {
    const { code, error } = await local(['up', '--state', state], { TEMPORAL_ADDRESS: '127.0.0.1:1' })
    expect(code).toBe(1)
    expect(error).toContain('TEMPORAL_ADDRESS is set, and nothing answers at 127.0.0.1:1')
    expect(stillRunning(recordedProcesses(state))).toEqual([])
    expect((await down()).code).toBe(0)
  })

  it('ends what it has started when it is interrupted', async () => {
    const child = startTypescript('local/main.ts', ['up', '--state', state])
    const ended = collect(child)
    await expect.poll(() => stillRunning(recordedProcesses(state)).length, { timeout: 60_000 }).toBeGreaterThan(0)
    const begun = recordedProcesses(state)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 1, error: expect.stringContaining('interrupted by SIGINT') })
    expect(stillRunning({ ...begun, ...recordedProcesses(state) })).toEqual([])
    expect((await down()).code).toBe(0)
  })
})
