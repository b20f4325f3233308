import { mkdirSync, mkdtempSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type {} from 'vitest'
import type { TestProject } from 'vitest/node'
import { obtain } from '../../local/cache/artifact.ts'
import { cacheFolder } from '../../local/cache/cache-folder.ts'
import { ELASTICSEARCH_PORTS } from '../../local/elasticsearch/node.ts'
import { freePorts } from '../../local/process/free-port.ts'
import { supervisedLauncher } from '../../local/process/supervised-launcher.ts'
import { runServer } from '../../local/running/run-server.ts'
import { findJdk } from '../../local/tools/find-jdk.ts'
import { elasticsearchDistribution } from './distribution.ts'
import { securedElasticsearch } from './secured-elasticsearch.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The url of an Elasticsearch with security on, with an administrator's user and password in it. */
    secured: string
  }
}

/** The Elasticsearch that SECURED_ELASTICSEARCH_URL names, with an administrator's user and password in it; else one of this run's own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['SECURED_ELASTICSEARCH_URL']
  if (given !== undefined) {
    project.provide('secured', given)
    return () => Promise.resolve()
  }
  const jdk = await findJdk(process.env)
  const cache = cacheFolder(process.env)
  mkdirSync(cache, { recursive: true })
  const home = await obtain(elasticsearchDistribution(), { cache, report: (line) => process.stderr.write(`${line}\n`) })
  mkdirSync('.local', { recursive: true })
  const folder = resolve(mkdtempSync(join('.local', 'secured-')))
  const server = await securedElasticsearch({ java: jdk?.java ?? 'java', home, folder, ports: await freePorts(ELASTICSEARCH_PORTS) })
  const launcher = supervisedLauncher([folder, dirname(folder)])
  try {
    await runServer(server, { launcher, started: () => undefined })
  } catch (error) {
    await launcher.close(true)
    throw error
  }
  project.provide('secured', server.address.url)
  return () => launcher.close(false)
}
