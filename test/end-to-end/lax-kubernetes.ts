import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dumpYaml, loadYaml } from '@kubernetes/client-node'
import { applyDeployment, startServers } from '../../local/index.ts'

export interface LaxKubernetes {
  readonly kubeconfig: string
  stop(): Promise<void>
}

/** deploy/ on an API server of its own, but that anything is admitted as the spec of a feed, as under a CRD without our schema. */
export async function startLaxKubernetes(): Promise<LaxKubernetes> {
  const stateDir = mkdtempSync(join('.local', 'lax-'))
  const servers = await startServers({ stateDir, owned: true, only: ['kubernetes'], deploy: false })
  const folder = join(stateDir, 'deploy')
  for (const part of ['crds', 'rbac']) cpSync(join('deploy', part), join(folder, part), { recursive: true })
  mkdirSync(join(folder, 'admission'))
  const path = join(folder, 'crds', 'globalthreatfeeds.yaml')
  const crd = loadYaml<{ spec: { versions: Record<string, unknown>[] } }>(readFileSync(path, 'utf8'))
  // The client's own spelling of x-kubernetes-preserve-unknown-fields.
  const anything = { type: 'object', x_kubernetes_preserve_unknown_fields: true }
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } } }
  const versions = crd.spec.versions.map((version) => ({ ...version, schema }))
  writeFileSync(path, dumpYaml({ ...crd, spec: { ...crd.spec, versions } }))
  await applyDeployment(servers.kubernetes.kubeconfig, { folder })
  return {
    kubeconfig: servers.kubernetes.kubeconfig,
    async stop() {
      await servers.stop()
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}
