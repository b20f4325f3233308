import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { loadYaml } from '@kubernetes/client-node'
import type { V1CustomResourceDefinition, V1JSONSchemaProps } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { parse } from 'yaml'
import { findKubectl } from '../../local/index.ts'
import { CASES } from '../domain/feed/cases.ts'
import { CANARY, feed, pulled, URL_OK } from '../domain/feed/feed-case.ts'
import type { FeedCase } from '../domain/feed/feed-case.ts'
import { definitions, feedResource, refusal } from './api-server.ts'
import type { ApiObject } from './api-server.ts'
import { ALIASES, REFERENCE_FEEDS, SAMPLE_YAML } from './reference-page.ts'

const kubeconfig = inject('servers')['KUBECONFIG'] ?? ''
const feeds = feedResource(kubeconfig, 'projectcalico.org')

const LONG_NAME = CASES.find(({ name }) => name.startsWith('V-16 refuses 231'))

/** What the message must name: the case's own word, else the last field of the first problem. */
const namedBy = ({ names, problems }: FeedCase): string => names ?? problems[0]?.split('.').at(-1) ?? ''
const isRefused = ({ server, problems }: FeedCase): boolean => (server === undefined ? problems.length > 0 : server === 'refused')

function table(id: string): void {
  it.each(CASES.filter(({ name }) => name.includes(id)))('$name', async (one) => {
    const message = await feeds.check(one.object)
    if (isRefused(one)) {
      expect(message).toContain(namedBy(one))
      expect(message).not.toContain(CANARY)
    } else {
      expect(message).toBeNull()
    }
  })
}

describe('the CRD agrees with readFeed on the real API server', () => {
  describe('V-01', () => table('V-01'))
  describe('V-02', () => table('V-02'))
  describe('V-03', () => table('V-03'))
  describe('V-04', () => table('V-04'))
  describe('V-05', () => table('V-05'))
  describe('V-06', () => table('V-06'))
  describe('V-07', () => table('V-07'))
  describe('V-08', () => table('V-08'))
  describe('V-09', () => table('V-09'))
  describe('V-10', () => table('V-10'))
  describe('V-11', () => table('V-11'))
  describe('V-12', () => table('V-12'))
  describe('V-13', () => table('V-13'))
  describe('V-14', () => table('V-14'))
  describe('V-15', () => table('V-15'))
  describe('V-16', () => table('V-16'))
  describe('V-18', () => table('V-18'))
  describe('V-21', () => table('V-21'))
})

describe('what the CRD fills in', () => {
  const name = 'crd-defaults'
  afterAll(() => feeds.remove(name))

  it('V-01 V-02 V-04 V-06 V-10 V-12 V-15 has the defaults of the page', async () => {
    const headers = [{ name: 'X', valueFrom: { secretKeyRef: { name: `globalthreatfeed-${name}-s`, key: 'k' } } }]
    await feeds.create(feed({ pull: { http: { url: URL_OK, format: { csv: { fieldNum: 0 } }, headers } } }, { name }))
    expect((await feeds.read(name))['spec']).toMatchObject({
      content: 'IPSet',
      mode: 'Enabled',
      feedType: 'Custom',
      pull: {
        period: '24h',
        http: {
          format: { csv: { header: false, columnDelimiter: ',', disableRecordSizeValidation: false } },
          headers: [{ valueFrom: { secretKeyRef: { optional: false } } }],
        },
      },
    })
  })
})

describe('the two ways to write', () => {
  const name = 'crd-subresource'
  const status = { lastSuccessfulSync: '2026-01-01T00:00:00Z', errorConditions: [{ type: 'PullFailed', message: 'feeds.example: 500' }] }
  beforeAll(() => feeds.create({ ...feed({ description: 'as created' }, { name }), status }))
  afterAll(() => feeds.remove(name))

  it('V-17 status cannot be written through the main resource', async () => {
    expect(await feeds.read(name)).not.toHaveProperty('status')
    await feeds.replace(name, { ...(await feeds.read(name)), status })
    expect(await feeds.read(name)).not.toHaveProperty('status')
  })
  it('V-17 spec cannot be written through /status', async () => {
    const object = await feeds.read(name)
    await feeds.replaceStatus(name, { ...object, spec: { description: 'as smuggled' }, status })
    expect(await feeds.read(name)).toMatchObject({ spec: { description: 'as created' }, status })
  })
  it('T-02 T-03 holds at most ten conditions, one of each type, and times as RFC 3339', async () => {
    const object = await feeds.read(name)
    const write = (value: unknown) => refusal(feeds.replaceStatus(name, { ...object, status: value }))
    const conditions = Array.from({ length: 11 }, (_, index) => ({ type: `T${index}`, message: 'x' }))
    expect(await write({ errorConditions: conditions })).toContain('errorConditions')
    expect(await write({ errorConditions: [conditions[0], conditions[0]] })).toContain('Duplicate')
    expect(await write({ lastSuccessfulSync: 'yesterday' })).toContain('lastSuccessfulSync')
  })
})

/** The types of a schema without its rules, bounds, enums, defaults and required fields. */
function typesOf({ type, properties, items, additionalProperties }: V1JSONSchemaProps): V1JSONSchemaProps {
  const inner = Object.entries(properties ?? {}).map(([name, schema]) => [name, typesOf(schema)] as const)
  return {
    ...(type === undefined ? {} : { type }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(inner) }),
    ...(items === undefined ? {} : { items: typesOf(items) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: typesOf(additionalProperties) }),
  }
}

describe('feeds that were admitted under a laxer CRD of the same types', () => {
  const group = 'laxer.example'
  const name = `globalthreatfeeds.${group}`
  const crd: V1CustomResourceDefinition = loadYaml(readFileSync('deploy/crds/globalthreatfeeds.yaml', 'utf8'))
  const spec = { ...crd.spec, group }
  const lax = feedResource(kubeconfig, group)
  const status = { lastSuccessfulSearch: '2026-01-01T00:00:00Z', errorConditions: [{ type: 'InvalidSpec', message: 'x' }] }
  const stored: { readonly as: string; readonly name: string }[] = []
  const rename = (object: ApiObject, as: string): ApiObject => ({
    ...object,
    apiVersion: `${group}/v3`,
    metadata: { ...Object(object['metadata']), name: as },
  })

  beforeAll(async () => {
    const versions = spec.versions.map((version) => ({ ...version, schema: { openAPIV3Schema: typesOf(version.schema?.openAPIV3Schema ?? {}) } }))
    await definitions(kubeconfig).create({ ...crd, metadata: { name }, spec: { ...spec, versions } })
    await vi.waitFor(() => lax.create(rename(feed({}), 'valid')), { timeout: 30_000, interval: 100 })
    for (const [index, one] of CASES.filter(({ problems }) => problems.length > 0).entries()) {
      const as = one.object === LONG_NAME?.object ? 'n'.repeat(231) : `case-${index}`
      if ((await refusal(lax.create(rename(one.object, as)))) === null) stored.push({ as, name: one.name })
    }
    await definitions(kubeconfig).replaceSpec(name, spec)
    const probe = rename(feed({ content: 'x' }), 'probe')
    await vi.waitFor(async () => expect(String(await lax.check(probe))).toContain('content'), { timeout: 30_000, interval: 100 })
  }, 120_000)
  afterAll(() => definitions(kubeconfig).remove(name))

  it('V-18 are as many as the table has, but for those of other types', () => {
    expect(stored.length).toBeGreaterThan(150)
    expect(stored.map(({ as }) => as)).toContain('n'.repeat(231))
  })
  it('V-18 can have their status written, whatever is wrong with the spec', async () => {
    const refused: string[] = []
    for (const { as, name } of stored) {
      const message = await refusal(lax.replaceStatus(as, { ...(await lax.read(as)), status }))
      if (message !== null) refused.push(`${name}: ${message}`)
    }
    expect(refused).toEqual([])
    expect(await lax.read('n'.repeat(231))).toMatchObject({ status })
  })
  it('V-18 can be disabled without being repaired', async () => {
    const refused: string[] = []
    for (const { as, name } of stored) {
      const object = await lax.read(as)
      const message = await refusal(lax.replace(as, { ...object, spec: { ...Object(object['spec']), mode: 'Disabled' } }))
      if (message !== null) refused.push(`${name}: ${message}`)
    }
    expect(refused).toEqual([])
  })
  it('V-18 cannot be made invalid in another way', async () => {
    const object = await lax.read('valid')
    const headers = [{ name: 'X', valueFrom: { secretKeyRef: { name: 'other', key: 'k' } } }]
    expect(await refusal(lax.replace('valid', { ...object, spec: pulled({ url: `ftp://${CANARY}` })['spec'] }))).toContain('url')
    expect(await refusal(lax.replace('valid', { ...object, spec: pulled({ headers })['spec'] }))).toContain('secretKeyRef')
  })
})

describe('kubectl', () => {
  const name = 'crd-aliases'
  const kubectl = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(await findKubectl(), ['--kubeconfig', kubeconfig, ...args])
    return stdout
  }
  beforeAll(() => feeds.create(feed({ content: 'DomainNameSet', mode: 'Disabled' }, { name })))
  afterAll(() => feeds.remove(name))

  it.each(ALIASES)('V-19 finds feeds as %s', async (alias) => {
    expect(await kubectl('get', alias, name, '--output', 'name')).toBe(`globalthreatfeed.projectcalico.org/${name}\n`)
  })
  it('V-19 lists what one wants to know first', async () => {
    const status = { lastSuccessfulSync: new Date().toISOString(), errorConditions: [{ type: 'StoreFailed', message: 'x' }] }
    await feeds.replaceStatus(name, { ...(await feeds.read(name)), status })
    const [head = '', row = ''] = (await kubectl('get', 'globalthreatfeeds', name)).split('\n')
    expect(head.split(/\s{2,}/)).toEqual(['NAME', 'CONTENT', 'MODE', 'PERIOD', 'LAST SYNC', 'LAST SEARCH', 'ERROR', 'AGE'])
    expect(row).toMatch(/^crd-aliases +DomainNameSet +Disabled +\d+s +StoreFailed +\d+s$/)
  })
})

describe('what is handed out', () => {
  it('V-22 the sample of the reference page is admitted, verbatim', async () => {
    expect(await feeds.check(parse(SAMPLE_YAML))).toBeNull()
  })
  it.each(Object.entries(REFERENCE_FEEDS))('V-22 %s is admitted', async (_, object) => {
    expect(await feeds.check(object)).toBeNull()
  })
  it.each(readdirSync('examples').filter((file) => file.endsWith('.yaml')))('V-18 examples/%s is admitted', async (file) => {
    expect(await feeds.check(parse(readFileSync(`examples/${file}`, 'utf8')))).toBeNull()
  })
})
