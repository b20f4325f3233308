/** Stands in urls and header values, and may come back in no message at all (contract V-18, T-04). */
export const CANARY = 'canary7f3'
/** The feed of every case that does not set another name. */
export const NAME = 'sample'
export const URL_OK = `https://feeds.example/${CANARY}/list`

export interface FeedCase {
  /** Begins with the ids it proves. */
  readonly name: string
  readonly object: Readonly<Record<string, unknown>>
  /** Fields of the problems that reading finds, sorted; none for a valid feed. */
  readonly problems: readonly string[]
  /**
   * What our CRD makes of it, where that is not the same: `admitted` for what no CRD can refuse, `refused` for what the API server
   * itself is stricter about.
   */
  readonly server?: 'admitted' | 'refused'
  /** What the API server's message names, where it is not the last field of the first problem. */
  readonly names?: string
}

export function feed(spec: unknown, metadata: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalThreatFeed',
    metadata: { name: NAME, ...metadata },
    ...(spec === undefined ? {} : { spec }),
  }
}
export const pulled = (http: Record<string, unknown>, spec: Record<string, unknown> = {}): Readonly<Record<string, unknown>> =>
  feed({ ...spec, pull: { http: { url: URL_OK, ...http } } })

type Case = Omit<FeedCase, 'problems'>
const valid = (...cases: readonly Case[]): readonly FeedCase[] => cases.map((one) => ({ ...one, problems: [] }))
const invalid = (field: string, ...cases: readonly Case[]): readonly FeedCase[] => cases.map((one) => ({ ...one, problems: [field] }))

const spec = (name: string, value: unknown): Case => ({ name, object: feed(value) })
const period = (name: string, value: unknown): Case => ({ name: `V-06 ${name}`, object: feed({ pull: { period: value, http: { url: URL_OK } } }) })
const url = (name: string, value: unknown): Case => ({ name: `V-07 ${name}`, object: pulled({ url: value }) })
const format = (name: string, value: unknown): Case => ({ name, object: pulled({ format: value }) })
const path = (name: string, value: unknown): Case => format(`V-09 ${name}: ${String(value)}`, { json: { path: value } })
const csv = (name: string, value: Record<string, unknown>): Case => format(name, { csv: value })
const header = (name: string, ...headers: readonly unknown[]): Case => ({ name, object: pulled({ headers }) })
const secret = (name: string, ref: unknown): Case => header(name, { name: 'APIKey', valueFrom: { secretKeyRef: ref } })
const labels = (name: string, value: unknown): Case => ({ name: `V-05 ${name}`, object: pulled({}, { globalNetworkSet: { labels: value } }) })
const named = (name: string, value: string): Case => ({ name: `V-16 ${name}`, object: feed({}, { name: value }) })
const annotated = (name: string, annotations: Record<string, string>): Case => ({ name: `V-21 ${name}`, object: feed({}, { annotations }) })

const HTTP = 'spec.pull.http'
const LABELS = 'spec.globalNetworkSet.labels'
const CSV = `${HTTP}.format.csv`
const HEADER = `${HTTP}.headers[0]`
const REF = `${HEADER}.valueFrom.secretKeyRef`
const OPTION = 'threatfeeds.projectcalico.org/'

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

const pull: readonly FeedCase[] = [
  ...valid(
    period('takes no period', undefined),
    ...['24h', '1h30m', '300s', '1.5h', '5m', '300000ms', '+6m', '.5h', '5.m', '1h0.5s', '300000000us', '300000000µs', '300000000μs', '300000000000ns'].map(
      (text) => period(`takes ${text}`, text),
    ),
  ),
  ...invalid(
    'spec.pull.period',
    ...['', '300', '5', '5 m', ' 5m', '5M', '1d', '1h 30m', '1,5h', '.h', 'h', '1e3s', '-5m', '0', '0s', '4m59s', '4m59.999999999s', '299.9999999999999s'].map((text) =>
      period(`refuses "${text}"`, text),
    ),
    period('refuses more than 292 years', '2562048h'),
    period('refuses a text of 65 characters', `${'0'.repeat(62)}24h`),
    period('refuses a number', 300),
  ),
  ...invalid('spec.pull', spec('V-07 refuses a text for pull', { pull: URL_OK })),
  ...invalid(HTTP, spec('V-07 refuses pull without http', { pull: {} }), spec('V-07 refuses http: null', { pull: { http: null } })),
  ...valid(
    url('takes http', `http://feeds.example/${CANARY}`),
    url('takes a scheme in upper case', `HTTPS://feeds.example/${CANARY}`),
    url('takes a port and a query', `https://feeds.example:8443/list?key=${CANARY}&a=b#c`),
    url('takes a bare host', 'http://mirror'),
    url('takes an IPv4 address', `http://192.0.2.1:80/${CANARY}`),
    url('takes an IPv6 address', `http://[2001:db8::1]:8080/${CANARY}`),
    url('takes an @ in the path', `https://feeds.example/@${CANARY}/list`),
    url('takes a Unicode host', `https://bücher.example/${CANARY}`),
    url('takes a query right after the host', `https://feeds.example?key=${CANARY}`),
    url('takes a fragment right after the host', `https://feeds.example#${CANARY}`),
    url('takes 2048 characters', `https://feeds.example/${'x'.repeat(2026)}`),
  ),
  ...invalid(
    `${HTTP}.url`,
    { name: 'V-07 refuses http without a url', object: feed({ pull: { http: {} } }) },
    url('refuses an empty url', ''),
    url('refuses a relative url', `/${CANARY}/list`),
    url('refuses a url without a scheme', `feeds.example/${CANARY}`),
    url('refuses ftp', `ftp://feeds.example/${CANARY}`),
    url('refuses file', `file:///${CANARY}`),
    url('refuses user and password', `https://user:${CANARY}@feeds.example/list`),
    url('refuses a user', `https://${CANARY}@feeds.example/list`),
    url('refuses a url without a host', `https:///${CANARY}`),
    url('refuses a port over 65535', `https://feeds.example:65536/${CANARY}`),
    url('refuses a port that is none', `https://feeds.example:${CANARY}/`),
    url('refuses a space', `https://feeds.example/${CANARY} list`),
    url('refuses a line end', `https://feeds.example/${CANARY}\nlist`),
    url('refuses a space in the host', `https://feeds ${CANARY}.example/list`),
    url('refuses a backslash before an @', `https://feeds.example\\@${CANARY}.example/`),
    url('refuses a short IPv4 address', `http://10.1/${CANARY}`),
    url('refuses a number for a host', `http://2130706433/${CANARY}`),
    url('refuses a hexadecimal host', `http://0x7f000001/${CANARY}`),
    url('refuses an IPv4 address of five parts', `http://1.2.3.4.5/${CANARY}`),
    url('refuses an IPv6 address without brackets', `http://2001:db8::1/${CANARY}`),
    url('refuses a bracket left open', `http://[2001:db8::1/${CANARY}`),
    url('refuses 2049 characters', `https://feeds.example/${CANARY}${'x'.repeat(2018)}`),
    url('refuses an object', { host: CANARY }),
  ),
]

const formats: readonly FeedCase[] = [
  ...valid(
    format('V-08 takes no format', undefined),
    format('V-08 takes an empty format', {}),
    format('V-08 takes newlineDelimited', { newlineDelimited: {} }),
    format('V-08 takes null beside a format', { newlineDelimited: null, json: { path: '$' } }),
    ...['$', '$.', '$.a', '$.a.b-c._d', '$["any \' name. \\" ü"]', '$[0]', '$[-1]', '$[0,2]', '$["a","b"]', '$[1:3]', '$[::2]', '$[-3:]', '$[:-1:1]', '$.*', '$[*]', '$[*].ip', '$..name', '$..*', '$..["name"]', '$.bücher'].map(
      (text) => path('F-08 takes', text),
    ),
  ),
  ...invalid(
    `${HTTP}.format`,
    format('V-08 refuses json and csv', { json: { path: '$' }, csv: { fieldNum: 0 } }),
    format('V-08 refuses newlineDelimited and csv', { newlineDelimited: {}, csv: { fieldNum: 0 } }),
    format('V-08 refuses all three', { newlineDelimited: {}, json: { path: '$' }, csv: { fieldNum: 0 } }),
    format('V-08 refuses a text', 'csv'),
  ),
  ...invalid(`${HTTP}.format.newlineDelimited`, format('V-08 refuses newlineDelimited: true', { newlineDelimited: true })),
  ...invalid(
    `${HTTP}.format.json.path`,
    format('V-09 refuses json without a path', { json: {} }),
    ...['', 'a', '.a', '$a', '$.a.', '$.[0]', '$[', '$[]', '$["a]', "$['a']", '$[a]', '$[?(@.x)]', '$..[?(@.x)]', '$[(@.length-1)]', '$.a^', '$.a~', '$.@string()', '$[0,]', '$[::0]', '$[01]', '$["\\x"]', '$...a', '$.a b'].map(
      (text) => path('F-07 refuses', text),
    ),
    path('refuses a number', 5),
    format('V-09 refuses a path of more than 1,024 characters', { json: { path: `$.${'a'.repeat(1024)}` } }),
  ),
  ...valid(
    csv('V-10 takes the first column', { fieldNum: 0 }),
    csv('V-10 takes a column by name', { fieldName: 'ip', header: true }),
    csv('V-10 takes a number with a header row', { fieldNum: 1, header: true }),
    csv('V-10 takes a column below recordSize', { fieldNum: 2, recordSize: 3 }),
    csv('V-11 takes disableRecordSizeValidation', { fieldNum: 0, disableRecordSizeValidation: true }),
    csv('V-11 takes recordSize with disableRecordSizeValidation: false', { fieldNum: 0, recordSize: 2, disableRecordSizeValidation: false }),
    csv('V-12 takes a tab and a hash sign', { fieldNum: 0, columnDelimiter: '\t', commentDelimiter: '#' }),
    csv('V-12 takes a character outside the basic plane', { fieldNum: 0, columnDelimiter: '🦊' }),
    csv('V-12 takes a comma for comments when columns have another', { fieldNum: 0, columnDelimiter: ';', commentDelimiter: ',' }),
  ),
  ...invalid(
    CSV,
    csv('V-10 refuses neither column', {}),
    csv('V-10 refuses both columns', { fieldNum: 0, fieldName: 'ip', header: true }),
    format('V-10 refuses a list', { csv: [] }),
  ),
  ...invalid(
    `${CSV}.fieldNum`,
    csv('V-10 refuses -1', { fieldNum: -1 }),
    csv('V-10 refuses 1.5', { fieldNum: 1.5 }),
    csv('V-10 refuses "1"', { fieldNum: '1' }),
    csv('V-10 refuses a column at recordSize', { fieldNum: 3, recordSize: 3 }),
  ),
  ...invalid(`${CSV}.fieldName`, csv('V-10 refuses an empty name', { fieldName: '', header: true })),
  ...invalid(
    `${CSV}.header`,
    csv('V-10 refuses a name without header', { fieldName: 'ip' }),
    csv('V-10 refuses a name with header: false', { fieldName: 'ip', header: false }),
    csv('V-10 refuses header: "true"', { fieldNum: 0, header: 'true' }),
  ),
  ...invalid(
    `${CSV}.recordSize`,
    csv('V-11 refuses 0', { fieldNum: 0, recordSize: 0 }),
    csv('V-11 refuses -2', { fieldNum: 0, recordSize: -2 }),
    csv('V-11 refuses recordSize with disableRecordSizeValidation', { fieldNum: 0, recordSize: 2, disableRecordSizeValidation: true }),
  ),
  ...['columnDelimiter', 'commentDelimiter'].flatMap((key) =>
    invalid(
      `${CSV}.${key}`,
      csv(`V-12 refuses an empty ${key}`, { fieldNum: 0, [key]: '' }),
      csv(`V-12 refuses a ${key} of two characters`, { fieldNum: 0, [key]: '||' }),
      csv(`V-12 refuses a double quote for ${key}`, { fieldNum: 0, [key]: '"' }),
      csv(`V-12 refuses CR for ${key}`, { fieldNum: 0, [key]: '\r' }),
      csv(`V-12 refuses LF for ${key}`, { fieldNum: 0, [key]: '\n' }),
      csv(`V-12 refuses a number for ${key}`, { fieldNum: 0, [key]: 7 }),
    ),
  ),
  ...invalid(
    `${CSV}.commentDelimiter`,
    csv('V-12 refuses the same delimiter twice', { fieldNum: 0, columnDelimiter: '#', commentDelimiter: '#' }),
    csv('V-12 refuses the default delimiter for comments', { fieldNum: 0, commentDelimiter: ',' }),
  ),
]

const REFUSED = ['Host', 'content-length', 'TRANSFER-ENCODING', 'Connection', 'Keep-Alive', 'Proxy-Authenticate', 'Proxy-Authorization', 'Proxy-Connection', 'TE', 'Trailer', 'Upgrade', 'If-None-Match', 'if-modified-since', 'Range', 'Accept-Encoding']

const headers: readonly FeedCase[] = [
  ...valid(
    header('V-13 takes no headers'),
    header('V-13 takes a literal value', { name: 'Accept', value: `text/${CANARY}` }),
    header('V-13 takes an empty value', { name: 'X-Empty', value: '' }),
    header('V-13 takes letters of Latin-1', { name: 'X-Name', value: 'Zürich' }),
    header('V-14 takes the same name twice', { name: 'X-Key', value: 'a' }, { name: 'X-Key', value: 'b' }),
    header('V-14 takes a User-Agent', { name: 'User-Agent', value: 'own/1.0' }),
    header('V-13 takes a token of every kind', { name: "!#$%&'*+-.^_`|~09azAZ", value: 'x' }),
    secret('V-13 V-15 takes a key of a Secret', { name: `globalthreatfeed-${NAME}-keys`, key: 'apikey' }),
    secret('V-15 takes an optional one', { name: `globalthreatfeed-${NAME}-keys`, key: 'apikey', optional: true }),
    header('V-13 V-15 takes a key of a ConfigMap', { name: 'Accept', valueFrom: { configMapKeyRef: { name: `globalthreatfeed-${NAME}-x`, key: 'k' } } }),
  ),
  ...invalid(
    HEADER,
    { ...header('V-13 refuses neither value nor valueFrom', { name: 'Accept' }), names: 'headers' },
    {
      ...header('V-13 refuses both', { name: 'X', value: CANARY, valueFrom: { secretKeyRef: { name: `globalthreatfeed-${NAME}-a`, key: 'k' } } }),
      names: 'headers',
    },
    { ...header('V-13 refuses a text for a header', `X-Key: ${CANARY}`), names: 'headers[0]' },
  ),
  ...invalid(
    `${HEADER}.name`,
    { ...header('V-13 refuses a header without a name', { value: CANARY }), names: 'headers[0].name' },
    ...[
      header('V-13 refuses an empty name', { name: '', value: CANARY }),
      header('V-13 refuses a name with a space', { name: 'X Key', value: CANARY }),
      header('V-13 refuses a whole header for a name', { name: `Authorization: Bearer ${CANARY}`, value: CANARY }),
      header('V-13 refuses a line end in a name', { name: `X\r\n${CANARY}`, value: CANARY }),
      header('V-13 refuses a Unicode name', { name: 'Schlüssel', value: CANARY }),
      header('V-13 refuses a name of 257 characters', { name: 'X'.repeat(257), value: CANARY }),
      ...REFUSED.map((name) => header(`V-14 refuses ${name}`, { name, value: CANARY })),
    ].map((one) => ({ ...one, names: 'headers' })),
  ),
  ...invalid(
    `${HEADER}.value`,
    ...[
      header('V-13 refuses a line end in a value', { name: 'X-Key', value: `${CANARY}\r\nHost: other` }),
      header('V-13 refuses a NUL in a value', { name: 'X-Key', value: `${CANARY}\0` }),
      header('V-13 refuses a DEL in a value', { name: 'X-Key', value: `${CANARY}\x7f` }),
      header('V-13 refuses a value beyond Latin-1', { name: 'X-Key', value: `${CANARY}…` }),
      header('V-13 refuses a value of 8,193 characters', { name: 'X-Key', value: CANARY + 'x'.repeat(8193 - CANARY.length) }),
      header('V-13 refuses an object for a value', { name: 'X-Key', value: { [CANARY]: CANARY } }),
    ].map((one) => ({ ...one, names: 'headers' })),
  ),
  ...invalid(
    `${HEADER}.valueFrom`,
    { ...header('V-13 refuses an empty valueFrom', { name: 'X', valueFrom: {} }), names: 'valueFrom' },
    {
      ...header('V-13 refuses both references', {
        name: 'X',
        valueFrom: { secretKeyRef: { name: `globalthreatfeed-${NAME}-a`, key: 'k' }, configMapKeyRef: { name: `globalthreatfeed-${NAME}-a`, key: 'k' } },
      }),
      names: 'valueFrom',
    },
  ),
  ...invalid(
    `${REF}.name`,
    secret('V-15 refuses a Secret of another feed', { name: 'globalthreatfeed-other-keys', key: 'k' }),
    secret('V-15 refuses a Secret without the prefix', { name: 'admin-token', key: 'k' }),
    secret('V-13 refuses an empty name of a Secret', { name: '', key: 'k' }),
    secret('V-13 refuses a reference without a name', { key: 'k' }),
  ),
  ...invalid(
    `${HEADER}.valueFrom.configMapKeyRef.name`,
    header('V-15 refuses a ConfigMap of another feed', { name: 'X', valueFrom: { configMapKeyRef: { name: `globalthreatfeed-${NAME}`, key: 'k' } } }),
  ),
  ...invalid(
    `${REF}.key`,
    secret('V-13 refuses an empty key', { name: `globalthreatfeed-${NAME}-a`, key: '' }),
    secret('V-13 refuses a reference without a key', { name: `globalthreatfeed-${NAME}-a` }),
  ),
  ...invalid(`${REF}.optional`, secret('V-15 refuses optional: "yes"', { name: `globalthreatfeed-${NAME}-a`, key: 'k', optional: 'yes' })),
  ...invalid(
    `${HTTP}.headers`,
    header('V-13 refuses more than 32 headers', ...Array.from({ length: 33 }, (_, i) => ({ name: `X-${i}`, value: CANARY }))),
    { name: 'V-13 refuses an object for headers', object: pulled({ headers: { Accept: CANARY } }) },
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

/** Annotations are checked when the feed is read: no CRD can speak about them. */
const annotations: readonly FeedCase[] = [
  ...valid(
    annotated('takes all of them', { [`${OPTION}allow-empty`]: 'true', [`${OPTION}adopt`]: 'false', [`${OPTION}match`]: 'subdomains', [`${OPTION}lookback`]: '0s' }),
    annotated('takes match: exact and lookback: 48h', { [`${OPTION}match`]: 'exact', [`${OPTION}lookback`]: '48h' }),
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
    ] as const
  ).flatMap(([key, value]) =>
    invalid(`metadata.annotations[${OPTION}${key}]`, { ...annotated(`refuses ${key}: "${value}"`, { [OPTION + key]: value }), server: 'admitted' }),
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
]

export const CASES: readonly FeedCase[] = [...content, ...networkSet, ...pull, ...formats, ...headers, ...names, ...annotations, ...several]
