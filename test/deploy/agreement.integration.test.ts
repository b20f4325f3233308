import fc from 'fast-check'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { readFeed } from '../../domain/feed/read-feed.ts'
import { feed, NAME, OPTION, pulled } from '../domain/feed/feed-case.ts'
import { feedResource, untilPolicyBinds } from './api-server.ts'

const feeds = feedResource(inject('servers')['KUBECONFIG'] ?? '', 'projectcalico.org')
/** The same feeds in each run; AGREEMENT_SEED and AGREEMENT_RUNS look further. */
const options = { seed: Number(process.env['AGREEMENT_SEED'] ?? 5), numRuns: Number(process.env['AGREEMENT_RUNS'] ?? 60) }

/** Texts of a grammar's own pieces, mostly wrong and often nearly right. */
const made = (...pieces: readonly string[]): fc.Arbitrary<string> => fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''))
const after = (start: string, text: fc.Arbitrary<string>): fc.Arbitrary<string> => text.map((rest) => start + rest)
const name = `globalthreatfeed-${NAME}-x`

const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  period: made('1', '0', '5', '24', '300', '.', 'h', 'm', 's', 'ms', 'us', 'µs', 'ns', '+', '-', ' ', 'e', 'd').map((period) => feed({ pull: { period, http: { url: 'https://a.example' } } })),
  'host of a url': after('http://', made('a', '.', '1', '0x1', '255', '256', '::', ':', 'f', '[', ']', '@', '-', '_', '%', '\\', '/', '?', '#', ':80', ':65536', ' ', 'ü', '*')).map((url) => pulled({ url })),
  'IPv6 address': made('1', 'ffff', ':', ':', ':', '::', '.', '1.2.3.4', '0', 'abcde').map((host) => pulled({ url: `http://[${host}]/` })),
  'json path': after('$', made('.', '..', 'a', '*', '[', ']', '"', '"a"', '\\', '0', '-1', ':', ',', ' ', "'", '?', '(', '[0]', '["a"]', '[1:2]', '[::2]', '.b', '[*]', '\n', '🦊', 'é')).map((path) => pulled({ format: { json: { path } } })),
  csv: fc
    .record(
      {
        fieldNum: fc.constantFrom(0, 2, 3, -1, null),
        fieldName: fc.constantFrom('a', '', null),
        header: fc.boolean(),
        recordSize: fc.constantFrom(0, 3, null),
        disableRecordSizeValidation: fc.boolean(),
        columnDelimiter: fc.constantFrom(',', ';', '"', ';;', '', null),
        commentDelimiter: fc.constantFrom(',', '#', '\n', '🦊', null),
      },
      { requiredKeys: [] },
    )
    .map((csv) => pulled({ format: { csv } })),
  header: fc
    .record(
      {
        name: made('X', '-', '_', ' ', ':', 'Host', 'TE', 'é', '!', '\n'),
        value: fc.oneof(made('a', ' ', '\t', '\n', 'é', '€', '\x7f', '\x80', '\xa0', '\xff'), fc.constant(null)),
        valueFrom: fc.constantFrom(null, {}, { secretKeyRef: { name, key: 'k' } }, { secretKeyRef: null, configMapKeyRef: { name, key: '' } }, { secretKeyRef: { name, key: 'k' }, configMapKeyRef: { name, key: 'k' } }),
      },
      { requiredKeys: [] },
    )
    .map((header) => pulled({ headers: [header] })),
  labels: fc.dictionary(made('a', 'B', '.', '-', '_', '/', ' ', 'é', 'x.y/'), fc.oneof(made('a', 'B', '.', '-', '_', ' ', 'é'), fc.constant(null)), { maxKeys: 2 }).map((labels) => pulled({}, { globalNetworkSet: { labels } })),
  options: fc
    .record({ match: made('exact', 'subdomains', 'x'), adopt: made('true', 'false', ' '), lookback: made('0', '1', 's', 'h', '-', '+', '.', 'ms'), severity: made('1', '0', '9', ' ', '-', '.'), 'mitre-ids': made('T1496', ',', ' ', 'T', '.003', '1', '\n'), 'mitre-tactic': made('Impact', ' ', 'and', 'x', 'É', '1', '\n') }, { requiredKeys: [] })
    .map((given) => feed({}, { annotations: Object.fromEntries(Object.entries(given).map(([key, value]) => [OPTION + key, value])) })),
  stanzas: fc
    .record(
      {
        content: fc.constantFrom('IPSet', 'DomainNameSet', 'x', null),
        globalNetworkSet: fc.constantFrom(null, {}, { labels: null }, { labels: {} }, []),
        pull: fc.constantFrom(null, {}, { http: null }, { http: { url: 'http://a' } }, { period: null, http: { url: 'http://a', format: null, headers: null } }, 'x'),
      },
      { requiredKeys: [] },
    )
    .map((spec) => feed(spec)),
}

describe('CRD and policy and readFeed, on feeds that nobody thought of', () => {
  beforeAll(() => untilPolicyBinds(feeds))

  it.each(Object.entries(values))('V-18 say the same of a %s', async (_, objects) => {
    const agree = async (object: unknown): Promise<void> => {
      const { problems } = readFeed(object)
      const refusal = await feeds.check(object as Readonly<Record<string, unknown>>)
      expect({ refused: refusal !== null, refusal }).toMatchObject({ refused: problems.length > 0, refusal: problems.length > 0 ? expect.any(String) : null })
      expect(refusal ?? '').not.toMatch(/resulted in error|compilation/)
    }
    await fc.assert(fc.asyncProperty(objects, agree), options)
  })
})
