import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { findKubectl, serviceAccountKubeconfig } from '../../local/index.ts'
import { feed } from '../domain/feed/feed-case.ts'
import { feedResource, refusal } from './api-server.ts'

const run = promisify(execFile)
const admin = inject('servers')['KUBECONFIG'] ?? ''
const namespace = 'tigera-intrusion-detection'
const folder = mkdtempSync(join(tmpdir(), 'threatfeed-rbac-'))
let worker = ''

async function kubectl(kubeconfig: string, ...args: string[]): Promise<string> {
  // `auth can-i` says "no" with exit code 1.
  const { stdout } = await run(await findKubectl(), ['--kubeconfig', kubeconfig, ...args]).catch((error: { stdout: string }) => error)
  return stdout.trim()
}
const may = (...question: string[]): Promise<string> => kubectl(worker, 'auth', 'can-i', ...question)

beforeAll(async () => {
  worker = await serviceAccountKubeconfig({ kubeconfig: admin, namespace, name: 'threatfeed', folder })
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('the rights of the worker', () => {
  it.each([
    ...['get', 'list', 'watch', 'patch'].map((verb) => [verb, 'globalthreatfeeds.projectcalico.org']),
    ['patch', 'globalthreatfeeds.projectcalico.org', '--subresource=status'],
    ...['get', 'list', 'watch', 'create', 'update', 'delete'].map((verb) => [verb, 'globalnetworksets.projectcalico.org']),
    ...['get', 'list', 'watch'].flatMap((verb) => [
      [verb, 'secrets', '--namespace', namespace],
      [verb, 'configmaps', '--namespace', namespace],
    ]),
    ['get', 'namespaces/kube-system'],
    ['get', 'apiservices.apiregistration.k8s.io/v3.projectcalico.org'],
  ])('include: %s %s %s %s', async (...question) => {
    expect(await may(...question)).toBe('yes')
  })
  it.each([['T-02 telling', 'create'], ['T-06 counting up what was told of', 'patch']])('include: %s a feed (%s events)', async (_, verb) => {
    expect(await may(verb, 'events.events.k8s.io', '--namespace', 'default')).toBe('yes')
  })
  it.each([
    ...['get', 'list', 'watch'].flatMap((verb) => [
      [verb, 'secrets', '--namespace', 'default'],
      [verb, 'configmaps', '--namespace', 'kube-system'],
      [verb, 'secrets', '--all-namespaces'],
    ]),
    ['create', 'secrets', '--namespace', namespace],
    ['update', 'configmaps', '--namespace', namespace],
    ['create', 'globalthreatfeeds.projectcalico.org'],
    ...['update', 'delete'].map((verb) => [verb, 'globalthreatfeeds.projectcalico.org']),
    ...['get', 'update'].map((verb) => [verb, 'globalthreatfeeds.projectcalico.org', '--subresource=status']),
    ...['get', 'list', 'watch', 'update', 'delete'].map((verb) => [verb, 'events.events.k8s.io', '--namespace', 'default']),
    ['create', 'events.events.k8s.io', '--namespace', 'kube-system'],
    ['create', 'events', '--namespace', 'default'],
    ['get', 'namespaces/default'],
    ['list', 'namespaces'],
    ['get', 'apiservices.apiregistration.k8s.io/v1.apps'],
    ['list', 'pods', '--namespace', namespace],
    ['create', 'serviceaccounts', '--namespace', namespace, '--subresource=token'],
    ['update', 'globalnetworkpolicies.projectcalico.org'],
  ])('leave out: %s %s %s %s', async (...question) => {
    expect(await may(...question)).toBe('no')
  })
  it('refuse a Secret outside the namespace in fact, and give one inside', async () => {
    await kubectl(admin, 'create', 'secret', 'generic', 'globalthreatfeed-rbac-s', '--from-literal=k=v', '--namespace', namespace)
    await kubectl(admin, 'create', 'secret', 'generic', 'globalthreatfeed-rbac-s', '--from-literal=k=v', '--namespace', 'default')
    const read = async (where: string): Promise<string> =>
      kubectl(worker, 'get', 'secret', 'globalthreatfeed-rbac-s', '--namespace', where, '--output', 'name')
    expect(await read(namespace)).toBe('secret/globalthreatfeed-rbac-s')
    expect(await read('default')).toBe('')
    await kubectl(admin, 'delete', 'secret', 'globalthreatfeed-rbac-s', '--namespace', namespace)
    await kubectl(admin, 'delete', 'secret', 'globalthreatfeed-rbac-s', '--namespace', 'default')
  })
  it('V-17 write status and disable a feed in fact, and neither replace nor delete one', async () => {
    const name = 'rbac-feed'
    await feedResource(admin, 'projectcalico.org').create(feed({}, { name }))
    const feeds = feedResource(worker, 'projectcalico.org')
    const status = { errorConditions: [{ type: 'PullFailed', message: 'x' }] }
    await feeds.patchStatus(name, { status })
    await feeds.patch(name, { spec: { mode: 'Disabled' } })
    expect(await feeds.read(name)).toMatchObject({ spec: { mode: 'Disabled' }, status })
    expect(await refusal(feeds.replace(name, { ...(await feeds.read(name)), spec: { mode: 'Enabled' } }))).toContain('forbidden')
    expect(await refusal(feeds.remove(name))).toContain('forbidden')
    await feedResource(admin, 'projectcalico.org').remove(name)
  })
})

describe('the deployment of the worker', () => {
  it('is admitted, and runs without root, writable files and privileges', async () => {
    expect(await kubectl(admin, 'apply', '--dry-run=server', '--filename', 'deploy/deployment.yaml')).toContain('deployment.apps/threatfeed created')
    const [deployment] = parseAllDocuments(readFileSync('deploy/deployment.yaml', 'utf8')).map((document) => document.toJS())
    expect(deployment.spec.template.spec).toMatchObject({
      serviceAccountName: 'threatfeed',
      securityContext: { runAsNonRoot: true },
      containers: [
        {
          livenessProbe: { httpGet: { port: 'health' } },
          readinessProbe: { httpGet: { port: 'health' } },
          resources: { requests: { cpu: expect.any(String), memory: expect.any(String) }, limits: { memory: expect.any(String) } },
          securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    })
  })
})
