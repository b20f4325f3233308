import { beforeAll, describe, expect, inject, it } from 'vitest'
import { KubernetesHeaderSource } from '../../../adapters/kubernetes/header-source.ts'
import type { HeaderReference } from '../../../domain/feed/feed.ts'
import { Cluster, kubeConfigOf, NEVER, uniqueName } from './cluster.ts'

const cluster = new Cluster(kubeConfigOf(inject('servers')['KUBECONFIG']))
const namespace = uniqueName('headers')
const path = `/api/v1/namespaces/${namespace}`
const source = new KubernetesHeaderSource(cluster.server, namespace)

function reference(kind: HeaderReference['kind'], key: string, name = 'globalthreatfeed-a-b'): HeaderReference {
  return { kind, name, key, optional: false }
}

function base64(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64')
}

beforeAll(async () => {
  await cluster.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const data = {
    plain: base64('canary-1'),
    newline: base64('canary-2\n'),
    crlf: base64('canary-3\r\n'),
    two: base64('canary-4\n\n'),
    injected: base64('canary\r\nX-Other: 1'),
    tab: base64('canary\t'),
    nul: base64('canary\u0000'),
    del: base64('canary\u007f'),
    c1: base64('canary\u0085'),
    wide: base64('canary€'),
    latin: base64('canaré'),
    binary: base64(new Uint8Array([0x63, 0xff, 0xfe])),
    empty: '',
  }
  for (const name of ['globalthreatfeed-a-b', 'other']) {
    await cluster.create(`${path}/secrets`, { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data })
    await cluster.create(`${path}/configmaps`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data: { plain: 'from a map\n' },
      binaryData: { bytes: base64('from bytes\n') },
    })
  }
})

describe('values of referenced headers', () => {
  it.each([
    ['plain', 'canary-1'],
    ['newline', 'canary-2'],
    ['crlf', 'canary-3'],
    ['latin', 'canaré'],
    ['empty', ''],
  ])('P-05 takes the value %s of a Secret, without one final newline', async (key, value) => {
    expect(await source.read(reference('Secret', key), NEVER)).toBe(value)
  })

  it('P-05 takes text and bytes of a ConfigMap', async () => {
    expect(await source.read(reference('ConfigMap', 'plain'), NEVER)).toBe('from a map')
    expect(await source.read(reference('ConfigMap', 'bytes'), NEVER)).toBe('from bytes')
  })

  it.each(['two', 'injected', 'tab', 'nul', 'del', 'c1', 'wide', 'binary'])('P-05 T-04 refuses the value %s and does not repeat it', async (key) => {
    const failure = await source.read(reference('Secret', key), NEVER).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'PullFailed', failureClass: 'user' })
    expect(String(failure)).toContain(`the key ${key} of the Secret globalthreatfeed-a-b`)
    expect(String(failure)).not.toMatch(/canar|X-Other/)
    expect(failure).not.toHaveProperty('cause')
  })

  it('P-04 a missing object, key or namespace is null', async () => {
    expect(await source.read(reference('Secret', 'absent'), NEVER)).toBeNull()
    expect(await source.read(reference('Secret', 'toString'), NEVER)).toBeNull()
    expect(await source.read(reference('Secret', 'plain', 'globalthreatfeed-a-absent'), NEVER)).toBeNull()
    expect(await source.read(reference('ConfigMap', 'absent'), NEVER)).toBeNull()
    expect(await new KubernetesHeaderSource(cluster.server, uniqueName('absent')).read(reference('Secret', 'plain'), NEVER)).toBeNull()
  })

  it('V-15 P-05 reads nothing whose name lacks the prefix, nor anything beside it', async () => {
    await expect(source.read(reference('Secret', 'plain', 'other'), NEVER)).rejects.toMatchObject({ code: 'PullFailed', failureClass: 'user' })
    expect(await source.read(reference('Secret', 'plain', 'globalthreatfeed-/../other'), NEVER).catch(() => 'refused')).not.toBe('canary-1')
  })

  it('P-04 tells the versions of an object apart, and a missing one, without its value', async () => {
    const name = 'globalthreatfeed-a-b-rotated'
    const make = (value: string) => cluster.create(`${path}/secrets`, { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: { plain: base64(value) } })
    await make('canary-5')
    const before = await source.version(reference('Secret', 'plain', name), NEVER)
    expect(before).not.toBeNull()
    expect(before).not.toContain('canary')
    expect(await source.version(reference('Secret', 'other', name), NEVER)).toBe(before)
    await cluster.server.request({ method: 'PATCH', path: `${path}/secrets/${name}`, body: { data: { plain: base64('canary-6') } } }, NEVER)
    expect(await source.version(reference('Secret', 'plain', name), NEVER)).not.toBe(before)
    expect(await source.version(reference('Secret', 'plain', 'globalthreatfeed-a-absent'), NEVER)).toBeNull()
    expect(await source.version(reference('ConfigMap', 'plain'), NEVER)).not.toBeNull()
    expect(await source.version(reference('Secret', 'plain', 'other'), NEVER)).toBeNull()
  })

  it('P-05 reads in one namespace only', async () => {
    expect(await new KubernetesHeaderSource(cluster.server, 'default').read(reference('Secret', 'plain'), NEVER)).toBeNull()
  })
})
