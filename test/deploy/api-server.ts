import { setTimeout as sleep } from 'node:timers/promises'
import { AdmissionregistrationV1Api, ApiException, ApiextensionsV1Api, CustomObjectsApi, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import type { V1CustomResourceDefinition } from '@kubernetes/client-node'
import { expect, vi } from 'vitest'

export type ApiObject = Readonly<Record<string, unknown>>

/** What the API server said to a write: null when it took it, else its message. */
export type Refusal = string | null

export async function refusal(write: Promise<unknown>): Promise<Refusal> {
  try {
    await write
    return null
  } catch (error) {
    if (!(error instanceof ApiException)) throw error
    const status: unknown = typeof error.body === 'string' ? JSON.parse(error.body) : error.body
    if (typeof status === 'object' && status !== null && 'message' in status) return String(status.message)
    throw error
  }
}

/** GlobalThreatFeeds of one group on the real API server. */
export function feedResource(kubeconfig: string, group: string, version = 'v3') {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const api = config.makeApiClient(CustomObjectsApi)
  const policies = config.makeApiClient(AdmissionregistrationV1Api)
  const kind = { group, version, plural: 'globalthreatfeeds' }
  const apiVersion = `${group}/${version}`
  const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
  return {
    check: (body: ApiObject) => refusal(api.createClusterCustomObject({ ...kind, body: { ...body, apiVersion }, dryRun: 'All' })),
    create: (body: ApiObject) => api.createClusterCustomObject({ ...kind, body: { ...body, apiVersion } }),
    read: async (name: string): Promise<ApiObject> => api.getClusterCustomObject({ ...kind, name }),
    replace: (name: string, body: ApiObject) => api.replaceClusterCustomObject({ ...kind, name, body }),
    replaceStatus: (name: string, body: ApiObject) => api.replaceClusterCustomObjectStatus({ ...kind, name, body }),
    patch: (name: string, body: ApiObject) => api.patchClusterCustomObject({ ...kind, name, body }, merge),
    patchStatus: (name: string, body: ApiObject) => api.patchClusterCustomObjectStatus({ ...kind, name, body }, merge),
    remove: (name: string) => api.deleteClusterCustomObject({ ...kind, name }),
    /** When the policy was last changed, milliseconds since the epoch. */
    async policyChangedAt(): Promise<number> {
      const { metadata } = await policies.readValidatingAdmissionPolicy({ name: 'threatfeed' })
      return Math.max(...(metadata?.managedFields ?? []).map(({ time }) => Number(time ?? 0)))
    },
  }
}

/** The API server takes policies in once a second, and nothing tells when it has; times of changes are whole seconds. */
const TAKEN_IN_MS = 3_000

/** Until the policy as it was applied last is the one that binds: on servers that others used before there may be an older one. */
export async function untilPolicyBinds(feeds: Pick<ReturnType<typeof feedResource>, 'check' | 'policyChangedAt'>): Promise<void> {
  const since = Date.now() - (await feeds.policyChangedAt())
  if (since < TAKEN_IN_MS) await sleep(TAKEN_IN_MS - since)
  const probe = { kind: 'GlobalThreatFeed', metadata: { name: 'probe' }, spec: { globalNetworkSet: {} } }
  await vi.waitFor(async () => expect(await feeds.check(probe)).toContain('globalNetworkSet'), { timeout: 30_000, interval: 100 })
}

/** Custom resource definitions, and a wait until one is served as it was written last. */
export function definitions(kubeconfig: string) {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const api = config.makeApiClient(ApiextensionsV1Api)
  return {
    create: (body: V1CustomResourceDefinition) => api.createCustomResourceDefinition({ body }),
    async replaceSpec(name: string, spec: V1CustomResourceDefinition['spec']): Promise<void> {
      const current = await api.readCustomResourceDefinition({ name })
      await api.replaceCustomResourceDefinition({ name, body: { ...current, spec } })
    },
    remove: (name: string) => api.deleteCustomResourceDefinition({ name }),
  }
}
