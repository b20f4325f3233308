import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { parse } from 'yaml'
import { CASES } from '../domain/feed/cases.ts'
import { CANARY, feed, URL_OK } from '../domain/feed/feed-case.ts'
import type { FeedCase } from '../domain/feed/feed-case.ts'
import { feedResource, refusal, untilPolicyBinds } from './api-server.ts'
import { REFERENCE_FEEDS, SAMPLE_YAML } from './reference-page.ts'

const kubeconfig = inject('servers')['KUBECONFIG'] ?? ''
const feeds = feedResource(kubeconfig, 'projectcalico.org')

/** What the message must name: the path of the first problem up to a list, and the case's own word or else its last field. */
const namedBy = ({ names, problems: [path = ''] }: FeedCase): readonly string[] => [path.replace(/\[\d+\].*/, ''), names ?? path.split('.').at(-1) ?? '']
const isRefused = ({ differs, problems }: FeedCase): boolean => problems.length > 0 === (differs === undefined)

function table(id: string): void {
  it.each(CASES.filter(({ name }) => name.includes(id)))('$name', async (one) => {
    const message = await feeds.check(one.object)
    if (isRefused(one)) {
      for (const name of namedBy(one)) expect(message).toContain(name)
      expect(message).not.toContain(CANARY)
    } else {
      expect(message).toBeNull()
    }
  })
}

describe('CRD and policy agree with readFeed on the real API server', () => {
  beforeAll(() => untilPolicyBinds(feeds))

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

  it('V-18 differ from it in few cases, each for a limit of the API server', () => {
    expect(CASES.filter(({ differs }) => differs !== undefined).map(({ name, differs }) => `${name}: ${String(differs)}`)).toEqual([
      'V-07 refuses a host that is one no longer once it is mapped: CEL has no UTS-46 mapping of host names',
    ])
    expect(CASES.length).toBeGreaterThan(150)
  })
})

describe('the largest feed', () => {
  const [largest] = CASES.filter(({ name }) => name.startsWith('V-18 takes the largest feed'))
  const name = 'crd-largest'
  afterAll(() => feeds.remove(name))

  it('V-18 is within what rules may cost, when it is made, changed and given a status', async () => {
    await feeds.create({ ...largest?.object, metadata: { name } })
    const object = await feeds.read(name)
    const { pull, ...spec } = Object(object['spec'])
    await feeds.replace(name, { ...object, spec: { ...spec, pull: { ...pull, period: '6h' } } })
    await feeds.replaceStatus(name, { ...(await feeds.read(name)), status: { errorConditions: [] } })
    expect(await feeds.read(name)).toMatchObject({ spec: { pull: { period: '6h' } } })
  })
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
