import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ServerName } from '../../local/server.ts'
import { findSource, SOURCES, toolsFor } from '../../local/sources.ts'
import { programFile } from './program-file.ts'
import { temporaryFolder } from './temporary-folder.ts'

const MODERN = 'echo "--http-port --search-attribute --sqlite-pragma --metrics-port"'

function kubeconfig(folder: string): string {
  const path = join(folder, 'kubeconfig')
  const clusters = [{ name: 'c', cluster: { server: 'https://cluster:6443' } }]
  const contexts = [{ name: 'x', context: { cluster: 'c', user: 'u' } }]
  writeFileSync(path, JSON.stringify({ clusters, contexts, users: [{ name: 'u', user: {} }], 'current-context': 'x' }))
  return path
}

function controlPlane(folder: string): string {
  programFile(join(folder, 'kube-apiserver'), '')
  programFile(join(folder, 'etcd'), '')
  return folder
}

describe('the sources of a server', () => {
  it('Temporal: its address, then the command on the PATH, then the wheel', async () => {
    const folder = temporaryFolder()
    programFile(join(folder, 'temporal'), MODERN)
    const all = { TEMPORAL_ADDRESS: 'temporal:7233', PATH: folder }
    expect(await findSource('temporal', all)).toEqual({ from: 'environment', variable: 'TEMPORAL_ADDRESS', address: { address: 'temporal:7233', uiUrl: undefined } })
    expect(await findSource('temporal', { ...all, TEMPORAL_ADDRESS: '' })).toMatchObject({ from: 'machine', path: join(folder, 'temporal') })
    expect(await findSource('temporal', {})).toMatchObject({ from: 'registry', tools: ['pip'], program: 'temporal' })
  })

  it('Temporal: a command that is too old for what is asked of it is passed over', async () => {
    const folder = temporaryFolder()
    programFile(join(folder, 'temporal'), 'echo "--http-port"')
    expect(await findSource('temporal', { PATH: folder })).toMatchObject({ from: 'registry' })
  })

  it('Kubernetes: the kubeconfig, then KUBEBUILDER_ASSETS, then setup-envtest, then the build', async () => {
    const folder = temporaryFolder()
    const assets = controlPlane(join(folder, 'assets'))
    const installed = controlPlane(join(folder, 'installed'))
    programFile(join(folder, 'setup-envtest'), `case "$*" in *--installed-only*) printf %s ${installed};; esac`)
    const all = { KUBECONFIG: kubeconfig(folder), KUBEBUILDER_ASSETS: assets, PATH: folder }
    expect(await findSource('kubernetes', all)).toEqual({
      from: 'environment',
      variable: 'KUBECONFIG',
      address: { kubeconfig: all.KUBECONFIG, url: 'https://cluster:6443' },
    })
    expect(await findSource('kubernetes', { ...all, KUBECONFIG: undefined })).toEqual({ from: 'machine', found: 'KUBEBUILDER_ASSETS', path: assets })
    expect(await findSource('kubernetes', { PATH: folder })).toEqual({ from: 'machine', found: 'setup-envtest', path: installed })
    expect(await findSource('kubernetes', {})).toMatchObject({ from: 'registry', tools: ['go'] })
  })

  it('Kubernetes: assets that are named and not there are an error, a setup-envtest without any is passed over', async () => {
    const folder = temporaryFolder()
    programFile(join(folder, 'setup-envtest'), 'exit 1')
    await expect(findSource('kubernetes', { KUBEBUILDER_ASSETS: folder })).rejects.toThrow(`KUBEBUILDER_ASSETS=${folder} has no kube-apiserver`)
    expect(await findSource('kubernetes', { PATH: folder })).toMatchObject({ from: 'registry' })
  })

  it('Elasticsearch: its address, then the jars', async () => {
    expect(await findSource('elasticsearch', { ELASTICSEARCH_URL: 'http://es:9200' })).toMatchObject({ from: 'environment', address: { url: 'http://es:9200' } })
    expect(await findSource('elasticsearch', {})).toMatchObject({ from: 'registry', tools: ['maven'] })
  })

  it('take tools only for what is still to be made or run', async () => {
    const cache = temporaryFolder()
    const needed = async (name: ServerName, environment = {}): Promise<readonly string[]> => toolsFor(name, await findSource(name, environment), cache)
    expect(await Promise.all((Object.keys(SOURCES) as ServerName[]).map((name) => needed(name)))).toEqual([['pip'], ['go'], ['maven', 'jdk']])
    expect(await needed('elasticsearch', { ELASTICSEARCH_URL: 'http://es:9200' })).toEqual([])
    const source = await findSource('elasticsearch', {})
    if (source.from === 'registry') programFile(join(cache, source.artifact.name, 'made'), '')
    expect(await needed('elasticsearch')).toEqual(['jdk'])
  })
})
