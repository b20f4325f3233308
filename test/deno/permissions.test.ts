import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ENVIRONMENT_NAMES, HOMES, namedEnvironment } from '../../worker/named-environment.ts'
import { SETTINGS } from '../../worker/settings.ts'
import { DENO_CONFIG } from './deno-config.ts'
import { DenoProcess } from './deno-process.ts'

const { worker } = DENO_CONFIG.permissions
const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: none
contexts: [{ name: none, context: { cluster: none, user: none } }]
clusters: [{ name: none, cluster: { server: "http://127.0.0.1:9" } }]
users: [{ name: none, user: {} }]
`
mkdirSync('.local', { recursive: true })
const readable = mkdtempSync(join('.local', 'deno-test-'))
const elsewhere = mkdtempSync(join(tmpdir(), 'threatfeed-deno-'))
for (const folder of [readable, elsewhere]) writeFileSync(join(folder, 'kubeconfig'), KUBECONFIG)
afterAll(() => {
  for (const folder of [readable, elsewhere]) rmSync(folder, { recursive: true })
})

/** Nothing listens on the port of discard: a worker that comes so far waits. */
const ENOUGH = { TEMPORAL_ADDRESS: '127.0.0.1:9', KUBECONFIG: join(readable, 'kubeconfig'), ELASTICSEARCH_URL: 'http://127.0.0.1:9' }
/** A start takes a second or two; on a busy machine some times that. */
const PATIENCE = 120_000

function start(flags: readonly string[], env: Readonly<Record<string, string>> = {}): DenoProcess {
  return new DenoProcess(['run', '--no-prompt', '-P=worker', ...flags, 'worker/main.ts'], { ...ENOUGH, ...env })
}

/** All permissions of a kind but one. */
function without(kind: 'read' | 'sys' | 'ffi', entry: string): string {
  const left = worker[kind].filter((one) => one !== entry)
  return left.length === 0 ? `--allow-${kind}=/nowhere` : `--allow-${kind}=${left.join(',')}`
}

describe('the worker’s permissions under Deno', () => {
  it('are of five kinds: nothing is written, no program is run', () => {
    expect(Object.keys(worker).sort()).toEqual(['env', 'ffi', 'net', 'read', 'sys'])
  })

  it('name every variable that the worker asks for and no other, but for the homes below which a default file would lie', () => {
    expect(worker.env).toEqual({ allow: ENVIRONMENT_NAMES.filter((name) => !HOMES.some((home) => home === name)), ignore: true })
  })

  it('are each explained in docs/deno.md', () => {
    const page = readFileSync('docs/deno.md', 'utf8')
    const entries = [...worker.read, ...worker.ffi, ...worker.sys]
    expect(entries.filter((entry) => !page.includes(`\`${entry.replace(/^\.\//, '')}\``))).toEqual([])
  })

  it('suffice to come as far as the servers', async () => {
    const deno = start([])
    await deno.printed('waiting for Temporal at 127.0.0.1:9')
    expect(deno.output).not.toContain('NotCapable')
    await deno.end('SIGKILL')
  }, PATIENCE)

  it('let settings through, which are judged as in Node', async () => {
    const deno = start([], { CLUSTER_NAME: 'Not a Name', SEARCH_INTERVAL: '1s', HTTPS_PROXY: 'ftp://proxy' })
    expect(await deno.ended).toBe(2)
    expect(deno.output).toContain('the settings do not fit:')
    for (const name of ['CLUSTER_NAME', 'SEARCH_INTERVAL', 'HTTPS_PROXY']) expect(deno.output).toContain(name)
  }, PATIENCE)

  it.each([
    ...['gid', 'hostname', 'osRelease', 'uid'].map((entry) => ['sys', entry] as const),
    ...['./package.json', './worker/package.json', './.local'].map((entry) => ['read', entry] as const),
    ['ffi', './node_modules/@temporalio/core-bridge/releases'] as const,
  ])('are all needed: without %s of %s it ends at once and says so', async (kind, entry) => {
    expect(worker[kind]).toContain(entry)
    const deno = start([without(kind, entry)])
    expect(await deno.ended).toBe(1)
    expect(deno.output).toMatch(new RegExp(`NotCapable: Requires ${kind} access to "[^"]*${entry.replace(/^\.\//, '')}[^"]*"`))
  }, PATIENCE)

  it('hold no file that a setting names elsewhere, which is said', async () => {
    const deno = start([], { KUBECONFIG: join(elsewhere, 'kubeconfig') })
    expect(await deno.ended).toBe(1)
    expect(deno.output).toContain(`NotCapable: Requires read access to "${join(elsewhere, 'kubeconfig')}"`)
  }, PATIENCE)

  it('may name the hosts, and then no port is served but the named one', async () => {
    const deno = start(['--allow-net=127.0.0.1:9'])
    expect(await deno.ended).toBe(1)
    expect(deno.output).toContain('Requires net access to')
    expect(deno.output).toContain('run again with the --allow-net flag')
  }, PATIENCE)
})

describe('the named part of an environment', () => {
  it('holds every setting, and the families whose members are free', () => {
    const given = Object.fromEntries([...SETTINGS.map(({ name }) => [name, 'x']), ['TEMPORAL_GRPC_META_TEAM', 'y'], ['https_proxy', 'z']]) as Record<string, string>
    expect(namedEnvironment({ ...given, AWS_SECRET_ACCESS_KEY: 'canary', TEMPORAL_GRPC: 'canary' })).toEqual(given)
  })

  it('has no key for what is not set', () => {
    expect(namedEnvironment({ LOG_LEVEL: undefined })).toEqual({})
  })

  it('is asked for by name: an environment that refuses the rest is read all the same', () => {
    const guarded = new Proxy<Record<string, string>>({ CLUSTER_NAME: 'a' }, {
      get(target, name) {
        if (!ENVIRONMENT_NAMES.includes(String(name))) throw new Error(`${String(name)} was asked for`)
        return target[String(name)]
      },
    })
    expect(namedEnvironment(guarded)).toEqual({ CLUSTER_NAME: 'a' })
  })
})
