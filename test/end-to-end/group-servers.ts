import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ApiException, ApiextensionsV1Api, ApiregistrationV1Api, CustomObjectsApi, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { parse, stringify } from 'yaml'
import { applyDeployment, startServers } from '../../local/index.ts'
import { eventually } from './cluster.ts'

export type Plural = 'globalthreatfeeds' | 'globalnetworksets'

/** An API server of a test's own, with deploy/ but for the CRDs: those are installed in the groups that the test wants. */
export interface GroupServer {
  readonly kubeconfig: string
  /** Installs kinds, each in a group version, and waits until they can be used. */
  install(kinds: readonly (readonly [plural: Plural, apiVersion: string])[]): Promise<void>
  /** Takes one away, with all its objects, and waits until it is gone; `install` puts it back. */
  uninstall(plural: Plural, apiVersion: string): Promise<void>
  /** Hands `projectcalico.org/v3` to a server that is not there, which is what a cluster shows while Calico's API server is down. Watches that are open outlive it. */
  breakGroup(): Promise<void>
  /** Gives it back to the CRDs. */
  mendGroup(): Promise<void>
  stop(): Promise<void>
}

/** With it the API server itself looks after the APIService of a CRD's group. */
const AUTOMANAGED = 'kube-aggregator.kubernetes.io/automanaged'

export async function startGroupServer(): Promise<GroupServer> {
  const stateDir = mkdtempSync(join('.local', 'test-groups-'))
  const servers = await startServers({ stateDir, owned: true, only: ['kubernetes'], deploy: false })
  const { kubeconfig } = servers.kubernetes
  const folder = join(stateDir, 'deploy')
  mkdirSync(join(folder, 'crds'), { recursive: true })
  for (const part of ['admission', 'rbac']) cpSync(join('deploy', part), join(folder, part), { recursive: true })
  await applyDeployment(kubeconfig, { folder })

  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const api = config.makeApiClient(ApiregistrationV1Api)
  const definitions = config.makeApiClient(ApiextensionsV1Api)
  const objects = config.makeApiClient(CustomObjectsApi)
  const isAway = async (): Promise<boolean> => {
    try {
      await objects.listClusterCustomObject({ group: 'projectcalico.org', version: 'v3', plural: 'globalthreatfeeds' })
      return false
    } catch (error) {
      return error instanceof ApiException && error.code === 503
    }
  }
  const patchService = (body: object) => api.patchAPIService({ name: 'v3.projectcalico.org', body }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch))
  return {
    kubeconfig,
    async install(kinds) {
      for (const [plural, apiVersion] of kinds) {
        const [group = '', version = ''] = apiVersion.split('/')
        const { spec, ...crd } = parse(readFileSync(join('deploy/crds', `${plural}.yaml`), 'utf8'))
        const moved = { ...crd, metadata: { name: `${plural}.${group}` }, spec: { ...spec, group, versions: [{ ...spec.versions[0], name: version }] } }
        writeFileSync(join(folder, 'crds', `${plural}.${group}.yaml`), stringify(moved))
      }
      await applyDeployment(kubeconfig, { folder })
    },
    async uninstall(plural, apiVersion) {
      const name = `${plural}.${apiVersion.split('/')[0] ?? ''}`
      await definitions.deleteCustomResourceDefinition({ name })
      const isThere = async (): Promise<boolean> => (await definitions.listCustomResourceDefinition()).items.some(({ metadata }) => metadata?.name === name)
      await eventually(`${name} is gone`, isThere, (there) => !there)
    },
    async breakGroup() {
      const service = { namespace: 'calico-apiserver', name: 'calico-api' }
      await patchService({ metadata: { labels: { [AUTOMANAGED]: null } }, spec: { service, insecureSkipTLSVerify: true } })
      await eventually('the group is away', isAway, (away) => away)
    },
    async mendGroup() {
      await patchService({ metadata: { labels: { [AUTOMANAGED]: 'true' } }, spec: { service: null, insecureSkipTLSVerify: null } })
    },
    stop: () => servers.stop(),
  }
}
