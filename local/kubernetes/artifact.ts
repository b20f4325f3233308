import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '../cache/artifact.ts'
import { PLATFORM, recipeKey } from '../cache/cache-folder.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { runCommand } from '../process/run-command.ts'
import { toolPath } from '../tools/tools.ts'
import { VERSIONS } from '../versions.ts'

/** The module whose go.mod and go.sum pin everything that goes into the programs. */
const MODULES = join(PACKAGE_ROOT, 'local/kubernetes/modules')
/** Without these the programs have no version that can be parsed, and `kubectl version` complains. */
const [MAJOR, MINOR] = VERSIONS.kubernetes.split('.')
const LD_FLAGS = [
  '-s -w',
  ...[`gitVersion=v${VERSIONS.kubernetes}`, `gitMajor=${MAJOR}`, `gitMinor=${MINOR}`, 'gitTreeState=clean'].map(
    (variable) => `-X k8s.io/component-base/version.${variable}`,
  ),
].join(' ')

/** kube-apiserver with the etcd it stores in. */
export function controlPlanePrograms(): Promise<Artifact> {
  return goPrograms({
    name: `kubernetes-${VERSIONS.kubernetes}`,
    title: `Kubernetes API server ${VERSIONS.kubernetes}, etcd ${VERSIONS.etcd}`,
    takes: 'about 7 minutes on 2 cores, once',
    programs: { 'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver', etcd: 'go.etcd.io/etcd/server/v3' },
  })
}

export function kubectlProgram(): Promise<Artifact> {
  return goPrograms({
    name: `kubectl-${VERSIONS.kubernetes}`,
    title: `kubectl ${VERSIONS.kubernetes}`,
    takes: 'about 2 minutes on 2 cores, once',
    programs: { kubectl: 'k8s.io/kubernetes/cmd/kubectl' },
  })
}

interface GoPrograms {
  readonly name: string
  readonly title: string
  readonly takes: string
  readonly programs: Readonly<Record<string, string>>
}

async function goPrograms({ name, title, takes, programs }: GoPrograms): Promise<Artifact> {
  const pins = [await readFile(join(MODULES, 'go.mod'), 'utf8'), await readFile(join(MODULES, 'go.sum'), 'utf8')]
  return {
    name: `${name}-${PLATFORM}-${recipeKey(...pins, LD_FLAGS, JSON.stringify(programs))}`,
    title,
    making: 'build with Go',
    takes,
    recorded: new Map(),
    async make(folder, signal) {
      const go = await toolPath('go', process.env)
      // No workspace of the user's takes part, and no C compiler is needed.
      const env = { GOWORK: 'off', CGO_ENABLED: '0' }
      for (const [program, source] of Object.entries(programs)) {
        await runCommand(go, ['build', '-trimpath', '-buildvcs=false', '-ldflags', LD_FLAGS, '-o', join(folder, program), source], { cwd: MODULES, env, signal })
      }
    },
  }
}
