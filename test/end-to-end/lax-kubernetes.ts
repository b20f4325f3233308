import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { applyDeployment, startServers } from '../../local/index.ts'
import { pageCrd } from '../deploy/page-crd.ts'

export interface LaxKubernetes {
  readonly kubeconfig: string
  stop(): Promise<void>
}

/** deploy/ on an API server of its own, but that anything is admitted as the spec of a feed, as under a CRD without our schema. */
export function startLaxKubernetes(): Promise<LaxKubernetes> {
  const { spec, ...crd } = parse(readFileSync('deploy/crds/globalthreatfeeds.yaml', 'utf8'))
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } } }
  return startKubernetesWith({ ...crd, spec: { ...spec, versions: [{ ...spec.versions[0], schema }] } })
}

/** The same with a CRD that drops what ours adds to the status, as the vendor's does (contract T-05). */
export function startVendorKubernetes(): Promise<LaxKubernetes> {
  return startKubernetesWith(pageCrd())
}

async function startKubernetesWith(crd: Record<string, unknown>): Promise<LaxKubernetes> {
  const stateDir = mkdtempSync(join('.local', 'lax-'))
  const servers = await startServers({ stateDir, owned: true, only: ['kubernetes'], deploy: false })
  const folder = join(stateDir, 'deploy')
  for (const part of ['crds', 'rbac']) cpSync(join('deploy', part), join(folder, part), { recursive: true })
  mkdirSync(join(folder, 'admission'))
  writeFileSync(join(folder, 'crds', 'globalthreatfeeds.yaml'), stringify(crd))
  await applyDeployment(servers.kubernetes.kubeconfig, { folder })
  return {
    kubeconfig: servers.kubernetes.kubeconfig,
    async stop() {
      await servers.stop()
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}
