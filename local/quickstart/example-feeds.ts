import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { readManifests } from '../../client/manifest.ts'
import type { FeedManifest } from '../../client/manifest.ts'

/** The feeds of a folder's YAML files, their urls on another host, by name. */
export async function readExampleFeeds(folder: string, host: string): Promise<readonly FeedManifest[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort()
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap(readManifests).map((manifest) => onHost(manifest, host))
}

/** Whether someone else writes the set of this feed. */
export function isPushed({ spec }: FeedManifest): boolean {
  return spec['pull'] === undefined
}

function onHost(manifest: FeedManifest, host: string): FeedManifest {
  const pull = record(manifest.spec['pull'])
  const http = record(pull?.['http'])
  const url = http?.['url']
  if (typeof url !== 'string') return manifest
  const moved = { ...http, url: `${host}/${basename(new URL(url).pathname)}` }
  return { ...manifest, spec: { ...manifest.spec, pull: { ...pull, http: moved } } }
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined
}
