import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { KubeConfig, KubernetesObjectApi, loadAllYaml, PatchStrategy } from '@kubernetes/client-node'
import type { KubernetesObject } from '@kubernetes/client-node'
import { PACKAGE_ROOT } from '../package-root.ts'

const FOLDERS = ['crds', 'admission', 'rbac']
/** Where the secrets that feeds refer to lie, and the worker's account. */
const NAMESPACE: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tigera-intrusion-detection' } }
const FIELD_MANAGER = 'threatfeed-local'
/** What others need comes first. */
const FIRST = ['Namespace', 'CustomResourceDefinition']
const ESTABLISHED_MS = 30_000

const DEPLOY = join(PACKAGE_ROOT, 'deploy')

export interface DeploymentOptions {
  /** @default deploy/ */
  readonly folder?: string
  readonly signal?: AbortSignal
}

type Applied = KubernetesObject & { status?: { conditions?: { type: string; status: string }[] } }

/** Applies the CRDs, policy and RBAC of deploy/ as they are now, and waits until the CRDs can be used. Doing it twice changes nothing. */
export async function applyDeployment(kubeconfig: string, { folder = DEPLOY, signal }: DeploymentOptions = {}): Promise<void> {
  const objects = [NAMESPACE, ...(await readObjects(folder))].sort((a, b) => rank(a) - rank(b))
  const api = KubernetesObjectApi.makeApiClient(loadConfig(kubeconfig))
  for (const object of objects) {
    signal?.throwIfAborted()
    await api.patch(object, undefined, undefined, FIELD_MANAGER, true, PatchStrategy.ServerSideApply)
    if (object.kind === 'CustomResourceDefinition') await untilEstablished(api, object, signal)
  }
}

async function untilEstablished(api: KubernetesObjectApi, crd: KubernetesObject, signal: AbortSignal | undefined): Promise<void> {
  const name = crd.metadata?.name ?? ''
  const until = Date.now() + ESTABLISHED_MS
  for (;;) {
    const { status } = await api.read<Applied>({ apiVersion: crd.apiVersion ?? '', kind: crd.kind ?? '', metadata: { name } })
    if (status?.conditions?.some((condition) => condition.type === 'Established' && condition.status === 'True')) return
    if (Date.now() > until) throw new Error(`the CRD ${name} is not established after ${ESTABLISHED_MS / 1000} s`)
    await sleep(50, undefined, { signal })
  }
}

async function readObjects(base: string): Promise<KubernetesObject[]> {
  const objects: KubernetesObject[] = []
  for (const folder of FOLDERS) {
    const path = join(base, folder)
    const names = await readdir(path).catch(() => [])
    for (const name of names.filter((file) => file.endsWith('.yaml')).sort()) {
      const documents: unknown[] = loadAllYaml(await readFile(join(path, name), 'utf8'))
      for (const document of documents) if (isObject(document)) objects.push(document)
    }
  }
  return objects
}

function isObject(document: unknown): document is KubernetesObject {
  return typeof document === 'object' && document !== null && 'kind' in document
}

function rank({ kind = '' }: KubernetesObject): number {
  const place = FIRST.indexOf(kind)
  return place < 0 ? FIRST.length : place
}

function loadConfig(kubeconfig: string): KubeConfig {
  const [first = ''] = kubeconfig.split(':')
  const config = new KubeConfig()
  config.loadFromFile(first)
  return config
}
