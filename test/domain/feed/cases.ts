import { valid, annotated, CANARY, feed, invalid, labels, LABELS, named, OPTION, pulled, spec } from './feed-case.ts'
import type { FeedCase } from './feed-case.ts'
import { edgeCases } from './edge-cases.ts'
import { formatCases } from './format-cases.ts'
import { headerCases } from './header-cases.ts'
import { pullCases } from './pull-cases.ts'

const content: readonly FeedCase[] = [
  ...valid(
    spec('V-01 V-02 V-04 takes an empty spec for an enabled push feed of addresses', {}),
    spec('V-01 takes an absent spec likewise', undefined),
    spec('V-01 takes IPSet', { content: 'IPSet' }),
    spec('V-01 takes DomainNameSet', { content: 'DomainNameSet' }),
    spec('V-02 takes Enabled', { mode: 'Enabled' }),
    spec('V-02 takes Disabled', { mode: 'Disabled' }),
    spec('V-03 takes 256 characters outside the basic plane', { description: '🦊'.repeat(256) }),
    spec('V-04 takes Builtin', { feedType: 'Builtin' }),
    spec('V-01 takes null for absent', { content: null, mode: null, description: null, feedType: null, pull: null, globalNetworkSet: null }),
  ),
  ...invalid(
    'spec.content',
    spec('V-01 refuses another content', { content: 'UrlSet' }),
    spec('V-01 refuses another case', { content: 'ipset' }),
    spec('V-01 refuses an empty content', { content: '' }),
    spec('V-01 refuses a number', { content: 5 }),
  ),
  ...invalid('spec.mode', spec('V-02 refuses another mode', { mode: 'enabled' }), spec('V-02 refuses true', { mode: true })),
  ...invalid('spec.description', spec('V-03 refuses 257 characters', { description: 'x'.repeat(257) }), spec('V-03 refuses a list', { description: ['x'] })),
  ...invalid('spec.feedType', spec('V-04 refuses another type', { feedType: 'Own' })),
  ...invalid('spec', spec('V-18 refuses a spec that is a text', 'IPSet')),
]

const networkSet: readonly FeedCase[] = [
  ...valid(
    labels('takes labels', { level: 'high', 'example.com/tier': 'a.b_c-d', empty: '' }),
    labels('takes a stanza without labels', undefined),
    labels('takes the longest label', { [`${'p'.repeat(63)}.example/${'k'.repeat(63)}`]: 'v'.repeat(63) }),
  ),
  ...invalid(
    LABELS,
    labels('refuses a key with a space', { 'my level': 'high' }),
    labels('refuses an empty key', { '': 'high' }),
    labels('refuses a key that is too long', { ['k'.repeat(64)]: 'high' }),
    labels('refuses a prefix in upper case', { 'Example.com/level': 'high' }),
    labels('refuses two slashes', { 'a/b/c': 'high' }),
    labels('refuses a prefix that is too long', { [`${'p'.repeat(63)}.`.repeat(4) + 'x/k']: 'high' }),
    labels('refuses a value with a space', { level: 'very high' }),
    labels('refuses a value that ends in a dash', { level: 'high-' }),
    labels('refuses a list', ['high']),
    labels('refuses more than 64', Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, 'v']))),
  ),
  ...invalid(LABELS, { ...labels('refuses a value that is too long', { level: 'v'.repeat(64) }), names: 'labels.level' }),
  ...invalid(LABELS, { ...labels('refuses a number', { level: 5 }), names: 'labels.level' }),
  ...invalid(
    'spec.globalNetworkSet',
    { name: 'V-05 V-23 refuses the stanza on a DomainNameSet feed', object: pulled({}, { content: 'DomainNameSet', globalNetworkSet: {} }) },
    spec('V-05 V-23 refuses the stanza without pull', { globalNetworkSet: { labels: { level: 'high' } } }),
    { name: 'V-05 refuses a text for the stanza', object: pulled({}, { globalNetworkSet: 'yes' }) },
  ),
]

const names: readonly FeedCase[] = [
  ...valid(
    named('takes letters, digits and dashes', 'feed-1'),
    named('takes dots, since real feeds have them', 'alienvault.ip-threatfeeds'),
    named('takes 230 characters', 'n'.repeat(230)),
  ),
  ...invalid(
    'metadata.name',
    named('refuses 231 characters', 'n'.repeat(231)),
    named('refuses upper case', 'Feed'),
    named('refuses an underscore', 'my_feed'),
    named('refuses a dash at the end', 'feed-'),
    named('refuses two dots in a row', 'a..b'),
    named('refuses an empty name', ''),
  ),
]

const annotations: readonly FeedCase[] = [
  ...valid(
    annotated('takes all of them', { [`${OPTION}allow-empty`]: 'true', [`${OPTION}adopt`]: 'false', [`${OPTION}match`]: 'subdomains', [`${OPTION}lookback`]: '0s' }),
    annotated('takes match: exact and lookback: 48h', { [`${OPTION}match`]: 'exact', [`${OPTION}lookback`]: '48h' }),
    annotated('takes all that are told of events', { [`${OPTION}severity`]: '100', [`${OPTION}mitre-ids`]: 'T1496, T1090.003,T1071', [`${OPTION}mitre-tactic`]: 'Command and Control' }),
    annotated('takes severity: 1 and sixteen techniques', { [`${OPTION}severity`]: '1', [`${OPTION}mitre-ids`]: Array(16).fill('T1496').join(',') }),
    annotated('leaves unknown ones alone', { [`${OPTION}other`]: 'x', 'example.com/adopt': 'maybe' }),
  ),
  ...(
    [
      ['allow-empty', 'yes'],
      ['adopt', 'True'],
      ['match', 'wildcard'],
      ['lookback', '8 days'],
      ['lookback', '-1h'],
      ['lookback', ''],
      ['severity', '0'],
      ['severity', '101'],
      ['severity', '050'],
      ['severity', 'high'],
      ['severity', ' 50'],
      ['severity', '50\n'],
      ['severity', ''],
      ['mitre-ids', 'T149'],
      ['mitre-ids', 'T1090.3'],
      ['mitre-ids', 'T1496,  T1090'],
      ['mitre-ids', Array(17).fill('T1496').join(',')],
      ['mitre-ids', ''],
      ['mitre-tactic', 'impact'],
      ['mitre-tactic', 'TA0040'],
      ['mitre-tactic', 'Impact\n'],
      ['mitre-tactic', 'One Two Three Four Five Six'],
      ['mitre-tactic', ''],
    ] as const
  ).flatMap(([key, value]) =>
    invalid(`metadata.annotations[${OPTION}${key}]`, annotated(`refuses ${key}: "${value}"`, { [OPTION + key]: value })),
  ),
]

const several: readonly FeedCase[] = [
  {
    name: 'V-18 finds every problem at once',
    object: feed({
      content: 'x',
      mode: 'y',
      pull: { period: '1m', http: { url: `ftp://${CANARY}`, format: { csv: { recordSize: 0 } }, headers: [{ name: 'Host', value: CANARY }, { name: 'X' }] } },
    }),
    problems: [
      'spec.content',
      'spec.mode',
      'spec.pull.http.format.csv',
      'spec.pull.http.format.csv.recordSize',
      'spec.pull.http.headers[0].name',
      'spec.pull.http.headers[1]',
      'spec.pull.http.url',
      'spec.pull.period',
    ],
    names: 'content',
  },
  {
    name: 'V-18 finds every problem at once that is one of no single field',
    object: feed(
      {
        content: 'DomainNameSet',
        globalNetworkSet: { labels: { 'a b': 'c d' } },
        pull: {
          period: '1m',
          http: {
            url: `ftp://${CANARY}`,
            format: { json: { path: '$[?(@.x)]' }, csv: { fieldName: 'x', fieldNum: 3, recordSize: 3, columnDelimiter: '##', commentDelimiter: '##' } },
            headers: [{ name: `a: ${CANARY}`, value: `${CANARY}\n` }, { name: 'Host', valueFrom: { secretKeyRef: { name: 'x', key: 'k' } } }],
          },
        },
      },
      { annotations: { [`${OPTION}match`]: 'x', [`${OPTION}lookback`]: 'x' } },
    ),
    problems: [
      `metadata.annotations[${OPTION}lookback]`,
      `metadata.annotations[${OPTION}match]`,
      'spec.globalNetworkSet',
      'spec.globalNetworkSet.labels',
      'spec.pull.http.format',
      'spec.pull.http.format.csv',
      'spec.pull.http.format.csv.columnDelimiter',
      'spec.pull.http.format.csv.commentDelimiter',
      'spec.pull.http.format.csv.fieldNum',
      'spec.pull.http.format.csv.header',
      'spec.pull.http.format.json.path',
      'spec.pull.http.headers[0].name',
      'spec.pull.http.headers[0].value',
      'spec.pull.http.headers[1].name',
      'spec.pull.http.headers[1].valueFrom.secretKeyRef.name',
      'spec.pull.http.url',
      'spec.pull.period',
    ],
    names: 'lookback',
  },
]

/** Every case: what reading a feed and the API server are both held to. */
export const CASES: readonly FeedCase[] = [...content, ...networkSet, ...pullCases, ...formatCases, ...headerCases, ...names, ...annotations, ...edgeCases, ...several]
