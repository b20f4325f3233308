import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { CANARY, feed, OPTION, pulled } from '../domain/feed/feed-case.ts'
import { feedResource, untilPolicyBinds } from './api-server.ts'
import { ALIASES, SAMPLE_YAML } from './reference-page.ts'
import { runKubectl } from './run-kubectl.ts'
import type { Said } from './run-kubectl.ts'

const kubeconfig = inject('servers')['KUBECONFIG'] ?? ''
const feeds = feedResource(kubeconfig, 'projectcalico.org')
const folder = mkdtempSync(join(tmpdir(), 'threatfeed-kubectl-'))
afterAll(() => rmSync(folder, { recursive: true }))

const kubectl = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Said> => runKubectl(kubeconfig, args, env)
function file(name: string, object: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof object === 'string' ? object : stringify(object))
  return path
}

describe('the names of the resource', () => {
  const name = 'kubectl-aliases'
  beforeAll(() => feeds.create(feed({ content: 'DomainNameSet', mode: 'Disabled' }, { name })))
  afterAll(() => feeds.remove(name))

  it.each(ALIASES)('V-19 gets feeds as %s', async (alias) => {
    expect((await kubectl(['get', alias, name, '--output', 'name'])).stdout).toBe(`globalthreatfeed.projectcalico.org/${name}\n`)
    expect((await kubectl(['get', `${alias}/${name}`, '--output', 'name'])).stdout).toBe(`globalthreatfeed.projectcalico.org/${name}\n`)
  })
  it.each(ALIASES)('V-19 describes, annotates, patches and edits feeds as %s', async (alias) => {
    expect((await kubectl(['describe', alias, name])).stdout).toMatch(/^Name: +kubectl-aliases$/m)
    const changed = `globalthreatfeed.projectcalico.org/${name}`
    expect((await kubectl(['annotate', alias, name, '--overwrite', `${OPTION}match=exact`, `tried-as=${alias}`])).stdout).toBe(`${changed} annotated\n`)
    expect((await kubectl(['patch', alias, name, '--type', 'merge', '--patch', `{"spec":{"description":"${alias}"}}`])).stdout).toBe(`${changed} patched\n`)
    // An editor that does what a person does.
    expect((await kubectl(['edit', alias, name], { KUBE_EDITOR: `sed -i "s/description: .*/description: edited as ${alias}/"` })).stdout).toBe(`${changed} edited\n`)
    expect(await feeds.read(name)).toMatchObject({ spec: { description: `edited as ${alias}` } })
  })
  it('V-19 lists what one wants to know first', async () => {
    const at = new Date().toISOString().replace(/\.\d+/, '')
    const ready = { type: 'Ready', status: 'False', reason: 'StoreFailed', message: 'x', lastTransitionTime: at }
    const set = { version: 'a1b2c3d4e5f6', members: 120_430, rejected: 7 }
    const status = { lastSuccessfulSync: at, errorConditions: [{ type: 'StoreFailed', message: 'x' }], conditions: [ready], set, networkSet: { objects: 3, prefixes: 45_000 } }
    await feeds.replaceStatus(name, { ...(await feeds.read(name)), status })
    const [head = '', row = ''] = (await kubectl(['get', 'globalthreatfeeds', name])).stdout.split('\n')
    expect(head.split(/\s{2,}/)).toEqual(['NAME', 'CONTENT', 'MODE', 'MEMBERS', 'READY', 'REASON', 'LAST SYNC', 'AGE'])
    expect(row).toMatch(/^kubectl-aliases +DomainNameSet +Disabled +120430 +False +StoreFailed +\d+s +\d+s$/)
    const [wide = '', more = ''] = (await kubectl(['get', 'globalthreatfeeds', name, '--output', 'wide'])).stdout.split('\n')
    expect(wide.split(/\s{2,}/).slice(8)).toEqual(['PERIOD', 'LAST SEARCH', 'REJECTED', 'PREFIXES', 'VERSION'])
    expect(more).toMatch(/ 7 +45000 +a1b2c3d4e5f6$/)
  })
  it('V-19 explains the fields', async () => {
    expect((await kubectl(['explain', 'globalthreatfeeds.spec.pull.http.format.csv.fieldNum'])).stdout).toContain('Number of the column, from 0.')
  })
})

describe('kubectl apply', () => {
  const name = 'sample-global-threat-feed'
  beforeAll(() => untilPolicyBinds(feeds))
  afterAll(() => feeds.remove(name))

  it('V-22 creates the sample of the reference page, verbatim, leaves it alone the second time, and changes it', async () => {
    const said = `globalthreatfeed.projectcalico.org/${name}`
    const path = file('sample.yaml', SAMPLE_YAML)
    expect(await kubectl(['apply', '--filename', path])).toEqual({ stdout: `${said} created\n`, stderr: '' })
    const { metadata } = await feeds.read(name)
    // kubectl says "configured": it takes the default of `optional`, inside a list, for a difference. Nothing changes.
    expect((await kubectl(['apply', '--filename', path])).stderr).toBe('')
    expect(await feeds.read(name)).toMatchObject({ metadata })
    const { spec, ...rest } = parse(SAMPLE_YAML) as { readonly spec: object }
    const changed = file('changed.yaml', { ...rest, spec: { ...spec, mode: 'Disabled' } })
    expect(await kubectl(['apply', '--filename', changed])).toEqual({ stdout: `${said} configured\n`, stderr: '' })
    expect((await kubectl(['diff', '--filename', changed])).stdout).toBe('')
    expect((await kubectl(['apply', '--server-side', '--force-conflicts', '--filename', path])).stdout).toBe(`${said} serverside-applied\n`)
  })
  it('V-18 refuses a feed with five mistakes in words, and repeats neither url nor header value', async () => {
    const object = pulled(
      {
        url: `https://user:${CANARY}@feeds.example`,
        format: { csv: { fieldName: 'ip' } },
        headers: [{ name: 'Host', value: CANARY }, { name: 'APIKey', valueFrom: { secretKeyRef: { name: 'other', key: 'k' } } }],
      },
      {},
    )
    const { pull } = Object(object['spec'])
    const { stdout, stderr } = await kubectl(['apply', '--filename', file('mistakes.yaml', feed({ pull: { ...pull, period: '1 day' } }))])
    expect(stdout).toBe('')
    expect(stderr).not.toContain(CANARY)
    expect(stderr.trim().split(/denied request: |; /).slice(1)).toEqual([
      'spec.pull.period must be a duration such as 24h, 1h30m or 300s, and at least 5m',
      'spec.pull.http.url must not hold a user or password',
      'send a header from a Secret instead',
      'spec.pull.http.format.csv.header must be true with fieldName, since without a header row no column has a name',
      'spec.pull.http.headers: a name is one that a feed may not set, since the pull sets or needs it itself',
      'spec.pull.http.headers: the name in secretKeyRef and configMapKeyRef must begin with globalthreatfeed-sample-',
    ])
  })
  it('V-21 refuses an option that is none', async () => {
    const { stdout, stderr } = await kubectl(['annotate', 'globalthreatfeed.p', name, `${OPTION}match=wildcard`])
    expect(stdout).toBe('')
    expect(stderr).toContain(`metadata.annotations[${OPTION}match] must be "exact" or "subdomains"`)
  })
})

describe('deploy/ as a user applies it', () => {
  it('V-18 is taken in the order of the installation page, by the server and without a warning', async () => {
    const commands = [...readFileSync('docs/installation.md', 'utf8').matchAll(/^kubectl apply (-f \S+(?: -f \S+)*)$/gm)].map(([, args = '']) => args.split(' '))
    expect(commands.flat().filter((arg) => arg.startsWith('deploy/'))).toEqual(
      expect.arrayContaining(['deploy/crds', 'deploy/admission', 'deploy/rbac/namespace.yaml', 'deploy/rbac', 'deploy/deployment.yaml', 'deploy/calico']),
    )
    for (const args of commands) {
      const { stdout, stderr } = await kubectl(['apply', '--dry-run=server', ...args])
      expect(stderr.replace(/^Warning: resource \S+ is missing the .*last-applied.*\n/gm, '')).toBe('')
      expect(stdout).toMatch(/^(\S+ (created|configured|unchanged) \(server dry run\)\n)+$/)
    }
  })
  it('V-20 has the kind of open-source Calico as the same in another group', () => {
    const ours = parse(readFileSync('deploy/crds/globalthreatfeeds.yaml', 'utf8'))
    const { spec } = ours
    expect(parse(readFileSync('deploy/calico/globalthreatfeeds.yaml', 'utf8'))).toEqual({
      ...ours,
      metadata: { name: 'globalthreatfeeds.crd.projectcalico.org' },
      spec: { ...spec, group: 'crd.projectcalico.org', versions: [{ ...spec.versions[0], name: 'v1' }] },
    })
  })
})
