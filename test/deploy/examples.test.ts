import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readFeed } from '../../domain/feed/read-feed.ts'
import { REFERENCE_FEEDS, SAMPLE_YAML } from './reference-page.ts'

const feeds = readdirSync('examples').filter((name) => name.endsWith('.yaml'))
const names = feeds.map((file) => readFeed(parse(readFileSync(`examples/${file}`, 'utf8'))).feed.name)

interface ExampleLog {
  readonly kind: string
  readonly events: readonly { readonly feed: string; readonly value: string }[]
  readonly doc: Readonly<Record<string, unknown>>
}
const lines = readFileSync('examples/logs.ndjson', 'utf8').trimEnd().split('\n')
const logs = lines.map((line): ExampleLog => JSON.parse(line))

describe('examples/', () => {
  it.each(feeds)('V-18 %s is a valid feed named like its file', (file) => {
    const { feed, problems } = readFeed(parse(readFileSync(`examples/${file}`, 'utf8')))
    expect(problems).toEqual([])
    expect(`${feed.name}.yaml`).toBe(file)
  })
  it('V-01 shows both contents, every format, a network set and a pushed list', () => {
    const read = feeds.map((file) => readFeed(parse(readFileSync(`examples/${file}`, 'utf8'))).feed)
    expect(new Set(read.map(({ content }) => content)).size).toBe(2)
    expect(read.map(({ pull }) => pull?.format.kind ?? 'push').sort()).toEqual(['csv', 'json', 'newline', 'push'])
    expect(read.filter(({ networkSet }) => networkSet !== undefined)).toHaveLength(1)
  })
  it('has a body for every url, and the pushed document', () => {
    const read = feeds.map((file) => readFeed(parse(readFileSync(`examples/${file}`, 'utf8'))).feed)
    const wanted = read.map(({ name, pull }) => (pull === undefined ? `${name}.json` : new URL(pull.url).pathname.slice(1)))
    expect(readdirSync('examples/bodies').sort()).toEqual(wanted.sort())
  })
  it('has logs that lead to an event of each feed, and of each kind logs that lead to none', () => {
    expect(new Set(logs.flatMap(({ events }) => events.map(({ feed }) => feed)))).toEqual(new Set(names))
    expect(new Set(logs.filter(({ events }) => events.length === 0).map(({ kind }) => kind))).toEqual(new Set(['flow', 'dns']))
  })
  it('states as the value of an event what the log itself holds', () => {
    for (const { events, doc } of logs) for (const { value } of events) expect(JSON.stringify(doc)).toContain(value)
  })
})

interface Rule {
  readonly action: string
  readonly [match: string]: unknown
}
interface PolicyObject {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: { readonly order?: number; readonly tier?: string; readonly types?: readonly string[]; readonly ingress?: readonly Rule[]; readonly egress?: readonly Rule[] }
}

describe('examples/policies/', () => {
  const DEFAULT_TIER_ORDER = 1_000_000
  const files = readdirSync('examples/policies')

  it.each(files)('%s decides over what it lists, and leaves all else to the policies of the default tier', (file) => {
    const documents = parseAllDocuments(readFileSync(`examples/policies/${file}`, 'utf8')).map((document) => document.toJS() as PolicyObject)
    const tiers = documents.filter(({ kind }) => kind === 'Tier')
    const policies = documents.filter(({ kind }) => kind === 'GlobalNetworkPolicy')
    expect(policies.length + tiers.length).toBe(documents.length)
    expect(policies.length).toBeGreaterThan(0)
    for (const { metadata, spec } of policies) {
      // A Pass skips the rest of its tier; and a tier whose policies say nothing of a packet drops it.
      const tier = tiers.find(({ metadata: { name } }) => name === spec.tier)
      expect(tier?.metadata.name).not.toBe('default')
      expect(tier?.spec.order).toBeLessThan(DEFAULT_TIER_ORDER)
      expect(metadata.name.startsWith(`${spec.tier ?? 'default'}.`)).toBe(true)
      for (const type of spec.types ?? []) {
        const rules = type === 'Ingress' ? spec.ingress : spec.egress
        expect(rules?.at(-1)).toEqual({ action: 'Pass' })
        expect(rules?.slice(0, -1).every(({ action, ...match }) => action === 'Deny' && Object.keys(match).length > 0)).toBe(true)
      }
    }
  })
  it('select the label that the example gives its network set', () => {
    const labels = feeds.flatMap((file) => Object.entries(readFeed(parse(readFileSync(`examples/${file}`, 'utf8'))).feed.networkSet?.labels ?? {}))
    const [[name, value] = ['', '']] = labels
    for (const file of files) expect(readFileSync(`examples/policies/${file}`, 'utf8').match(/selector: (?!all\(\)).*/g)).toEqual(Array(2).fill(`selector: ${name} == "${value}"`))
  })
})

describe('the reference page', () => {
  it('V-22 its sample has no problem', () => {
    const { feed, problems } = readFeed(parse(SAMPLE_YAML))
    expect(problems).toEqual([])
    expect(feed.networkSet).toEqual({ labels: { level: 'high' } })
    expect(feed.pull).toEqual({
      periodMs: 86_400_000,
      url: 'https://an.example.threat.feed/deny-list',
      format: { kind: 'newline' },
      headers: [
        { name: 'Accept', value: 'text/plain' },
        {
          name: 'APIKey',
          reference: { kind: 'Secret', name: 'globalthreatfeed-sample-global-threat-feed-example', key: 'apikey', optional: false },
        },
      ],
    })
  })
  it.each(Object.entries(REFERENCE_FEEDS))('V-22 %s has no problem', (_, object) => {
    expect(readFeed(object).problems).toEqual([])
  })
})
