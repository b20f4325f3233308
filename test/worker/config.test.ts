import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../worker/config.ts'
import type { Environment } from '../../adapters/settings/settings-reader.ts'
import { ConfigError } from '../../worker/environment.ts'
import { withLocalServers } from '../../worker/local-settings.ts'
import { SETTINGS } from '../../worker/settings.ts'
import { FEEDS_TEST_CERTIFICATE, LOOPBACK_CERTIFICATE } from '../adapters/http/certificate.ts'

const folder = mkdtempSync(join(tmpdir(), 'config-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})
const kubeconfig = join(folder, 'kubeconfig')
writeFileSync(kubeconfig, '')
const ca = join(folder, 'ca.pem')
writeFileSync(ca, FEEDS_TEST_CERTIFICATE)
const damaged = join(folder, 'damaged.pem')
writeFileSync(damaged, `${FEEDS_TEST_CERTIFICATE}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`)

const enough: Environment = { TEMPORAL_ADDRESS: 'temporal:7233', KUBECONFIG: kubeconfig, ELASTICSEARCH_URL: 'http://elasticsearch:9200' }

function problemsOf(environment: Environment): readonly string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('settings of the worker', () => {
  it('needs three addresses, and has the defaults of the table for the rest', () => {
    const config = readConfig(enough)
    expect(config).toMatchObject({
      cluster: 'cluster',
      temporal: { namespace: 'default', connectionOptions: { address: 'temporal:7233' } },
      kubernetes: { kubeconfig },
      elasticsearch: { url: 'http://elasticsearch:9200' },
      headerNamespace: 'tigera-intrusion-detection',
      searchIntervalMs: 60_000,
      lookbackMs: 192 * 3_600_000,
      continueAfterEvents: 250,
      healthPort: 0,
      logLevel: 'INFO',
    })
  })

  it('S-06 names indices after the cluster, and takes others', () => {
    expect(readConfig({ ...enough, CLUSTER_NAME: 'east-1' }).indices).toEqual({
      IPSet: '.tigera.ipset.east-1',
      DomainNameSet: '.tigera.domainnameset.east-1',
      events: 'tigera_secure_ee_events.east-1',
      flows: 'tigera_secure_ee_flows.east-1.*',
      dns: 'tigera_secure_ee_dns.east-1.*',
    })
    const other = readConfig({ ...enough, IPSET_INDEX: 'ips', EVENTS_INDEX: 'events', FLOWS_INDEX_PATTERN: 'flows-*,other:flows-*' }).indices
    expect(other).toMatchObject({ IPSet: 'ips', events: 'events', flows: 'flows-*,other:flows-*' })
  })

  it('S-06 takes the url of Elasticsearch, path and all', () => {
    expect(readConfig({ ...enough, ELASTICSEARCH_URL: 'https://es.example:9243/logs' }).elasticsearch.url).toBe('https://es.example:9243/logs')
  })

  it('S-06 takes an API key, or user and password, and an authority', () => {
    expect(readConfig({ ...enough, ELASTICSEARCH_API_KEY: 'k', ELASTICSEARCH_CA: ca }).elasticsearch).toMatchObject({ apiKey: 'k' })
    const both = readConfig({ ...enough, ELASTICSEARCH_USERNAME: 'u', ELASTICSEARCH_PASSWORD: 'p', ELASTICSEARCH_CA: ca }).elasticsearch
    expect(both).toMatchObject({ username: 'u', password: 'p', ca: expect.stringContaining('BEGIN CERTIFICATE') as string })
  })

  it('P-07 the limits of a pull are settings, with the defaults of the contract', () => {
    const { http } = readConfig(enough)
    expect(http.limits).toEqual({ connectMs: 10_000, firstByteMs: 30_000, wireBytes: 100 * 2 ** 20, redirects: 5 })
    expect([http.attemptMs, http.bodyBytes, http.jsonBytes]).toEqual([300_000, 512 * 2 ** 20, 64 * 2 ** 20])
    expect(readConfig({ ...enough, FEED_MAX_WIRE_MIB: '1', FEED_MAX_REDIRECTS: '0' }).http.limits).toMatchObject({ wireBytes: 2 ** 20, redirects: 0 })
  })

  it('P-07 takes further authorities for feeds, with those that Node was given, and says which certificate is damaged', () => {
    const node = join(folder, 'node.pem')
    writeFileSync(node, LOOPBACK_CERTIFICATE)
    const both = { ...enough, FEED_CA: ca, NODE_EXTRA_CA_CERTS: node }
    expect(readConfig(both).http.extraCa).toBe(`${FEEDS_TEST_CERTIFICATE}\n${LOOPBACK_CERTIFICATE}`)
    expect(readConfig({ ...enough, FEED_CA: ca }).http.extraCa).toContain(FEEDS_TEST_CERTIFICATE)
    expect(readConfig({ ...enough, NODE_EXTRA_CA_CERTS: node }).http.extraCa).toBeUndefined()
    expect(problemsOf({ ...enough, FEED_CA: damaged })).toEqual(['FEED_CA names a file whose certificate number 2 cannot be read'])
  })

  it('P-10 reads the ranges and the proxies, lower case first', () => {
    const { http } = readConfig({ ...enough, FEED_ALLOWED_RANGES: '127.0.0.0/8,::1', FEED_DENIED_RANGES: '10.0.0.0/8', HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:1' })
    expect(http.allowed.map(({ text }) => text)).toEqual(['127.0.0.0/8', '::1'])
    expect(http.denied.map(({ text }) => text)).toEqual(['10.0.0.0/8'])
    expect(http.proxies.httpsProxy).toBe('http://b:1')
  })

  it('says everything that is missing at once, and how to get it', () => {
    const problems = problemsOf({})
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['TEMPORAL_ADDRESS', 'KUBECONFIG', 'ELASTICSEARCH_URL'])
    expect(problems[0]).toContain('npm run local -- up')
  })

  it.each([
    ['CLUSTER_NAME', 'East'],
    ['CLUSTER_NAME', '-east'],
    ['CLUSTER_NAME', 'a/b'],
    ['CLUSTER_NAME', 'x'.repeat(101)],
    ['KUBECONFIG', '/does/not/exist'],
    ['ELASTICSEARCH_URL', 'elasticsearch:9200'],
    ['ELASTICSEARCH_URL', 'http://user:canary@elasticsearch:9200'],
    ['ELASTICSEARCH_URL', 'http://:canary@elasticsearch:9200'],
    ['ELASTICSEARCH_CA', '/does/not/exist'],
    ['ELASTICSEARCH_CA', kubeconfig],
    ['FEED_CA', '/does/not/exist'],
    ['FEED_CA', kubeconfig],
    ['FEED_CA', damaged],
    ['ELASTICSEARCH_USERNAME', 'alone'],
    ['EVENTS_INDEX', 'events-*'],
    ['FLOWS_INDEX_PATTERN', 'Flows'],
    ['HEADER_NAMESPACE', 'a.b'],
    ['FEED_ALLOWED_RANGES', '10.0.0.0/33'],
    ['FEED_CONNECT_TIMEOUT', '10'],
    ['FEED_ATTEMPT_TIMEOUT', '6m'],
    ['FEED_MAX_WIRE_MIB', '0'],
    ['FEED_MAX_BODY_MIB', '1e3'],
    ['HTTPS_PROXY', 'socks5://canary@proxy'],
    ['SEARCH_INTERVAL', '9s'],
    ['SEARCH_INTERVAL', 'often'],
    ['SEARCH_LOOKBACK', '-1h'],
    ['HEALTH_PORT', '70000'],
    ['LOG_LEVEL', 'loud'],
    ['CONTINUE_AFTER_EVENTS', '5'],
    ['TEMPORAL_DEPLOYMENT_NAME', 'without-a-build'],
  ])('refuses %s=%s with one problem that names it and does not repeat a secret', (name, value) => {
    const problems = problemsOf({ ...enough, [name]: value })
    expect(problems).toHaveLength(1)
    expect(problems[0]?.startsWith(name)).toBe(true)
    expect(problems[0]).not.toContain('canary')
  })

  it('has a version where a build is named, called after the cluster unless it is told otherwise', () => {
    expect(readConfig(enough).deployment).toBeNull()
    const versioned = { ...enough, CLUSTER_NAME: 'east', TEMPORAL_WORKER_BUILD_ID: 'v2' }
    expect(readConfig(versioned).deployment).toEqual({ deploymentName: 'threatfeed-east', buildId: 'v2' })
    expect(readConfig({ ...versioned, TEMPORAL_DEPLOYMENT_NAME: 'ns/feeds' }).deployment?.deploymentName).toBe('ns/feeds')
    expect(problemsOf({ ...versioned, CLUSTER_NAME: 'east.1' })).toEqual([expect.stringContaining('TEMPORAL_DEPLOYMENT_NAME') as string])
  })

  it('refuses an API key beside a user', () => {
    expect(problemsOf({ ...enough, ELASTICSEARCH_API_KEY: 'k', ELASTICSEARCH_USERNAME: 'u', ELASTICSEARCH_PASSWORD: 'p' })).toHaveLength(1)
  })

  it('names a Temporal file that is missing, without its name', () => {
    expect(problemsOf({ ...enough, TEMPORAL_TLS_CLIENT_CERT_PATH: '/canary' })).toEqual([
      'TEMPORAL_* cannot be read: a file that they name is missing or not what it should be',
    ])
  })

  it('uses the account of the pod inside a cluster', () => {
    expect(readConfig({ ...enough, KUBECONFIG: undefined, KUBERNETES_SERVICE_HOST: '10.0.0.1' }).kubernetes).toEqual({ kubeconfig: null })
  })

  it('an absent address means the local servers, where some run, and never inside a cluster', () => {
    const root = mkdtempSync(join(folder, 'root-'))
    mkdirSync(join(root, '.local'))
    writeFileSync(join(root, '.local', 'env'), "TEMPORAL_ADDRESS=127.0.0.1:1\nexport KUBECONFIG='/a b/kubeconfig'\nELASTICSEARCH_URL=http://127.0.0.1:2\nFEED_ALLOWED_RANGES=127.0.0.0/8\n")
    expect(withLocalServers({ ELASTICSEARCH_URL: 'http://mine' }, root)).toEqual({
      ELASTICSEARCH_URL: 'http://mine',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      KUBECONFIG: '/a b/kubeconfig',
      FEED_ALLOWED_RANGES: '127.0.0.0/8',
    })
    expect(withLocalServers({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, root)).toEqual({ KUBERNETES_SERVICE_HOST: '10.0.0.1' })
    expect(withLocalServers({ ...enough }, root)).toEqual(enough)
    expect(withLocalServers({}, folder)).toEqual({})
  })

  it('the table names each setting once, each with a meaning', () => {
    const names = SETTINGS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(SETTINGS.every(({ meaning }) => meaning.length > 10)).toBe(true)
  })
})
