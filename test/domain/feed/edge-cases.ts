import { annotated, CANARY, csv, feed, format, header, HEADER, HTTP, invalid, labels, LABELS, NAME, OPTION, period, pulled, spec, url, valid } from './feed-case.ts'
import type { FeedCase } from './feed-case.ts'

const reference = { secretKeyRef: { name: `globalthreatfeed-${NAME}-${'k'.repeat(200)}`, key: 'k'.repeat(253) } }
const largest = Array.from({ length: 64 }, (_, at) => ({ name: `X-${String(at)}-${'n'.repeat(250)}`, value: 'é'.repeat(8192) }))
const LARGEST_LABELS = Object.fromEntries(Array.from({ length: 64 }, (_, at) => [`${'p'.repeat(63)}.${'q'.repeat(60)}/${'k'.repeat(60)}${String(at)}`, 'v'.repeat(63)]))
/** UTS-46 maps it to a slash. */
const FULL_WIDTH_SLASH = '\uff0f'

const jsonPath = (name: string, text: string) => format(`V-09 ${name}`, { json: { path: text } })

/** The greatest of everything, and one more; what is on the edge of a grammar. */
export const edgeCases: readonly FeedCase[] = [
  ...valid(
    {
      name: 'V-18 takes the largest feed: 64 headers of 8 kB, 64 labels, a url of 2,048 characters and a path of 1,024',
      object: pulled(
        { url: `https://feeds.example/${'x'.repeat(2026)}`, headers: largest, format: { json: { path: `$.${'a'.repeat(1022)}` } } },
        { globalNetworkSet: { labels: LARGEST_LABELS } },
      ),
    },
    header('V-18 takes 64 headers with references', ...Array.from({ length: 64 }, () => ({ name: 'X'.repeat(256), valueFrom: reference }))),
    jsonPath('takes 32 parts of many choices', `$${'[1,2,3,4,5,6,7,8,9,0,"a,b"]'.repeat(32)}`),
    jsonPath('takes 64 choices in one pair of brackets', `$[${Array.from({ length: 64 }, () => '":,]["').join(' , ')}]`),
    jsonPath('takes 1,024 characters of a name in quotes', `$["${'\\"'.repeat(509)}"]`),
    jsonPath('takes 1,024 characters outside the basic plane', `$["${'🦊'.repeat(1019)}"]`),
    jsonPath('takes space around a path', '\u00a0\t$.a\u2003\n'),
    url('takes 2,048 characters outside the basic plane', `https://feeds.example/${'🦊'.repeat(2026)}`),
    url('takes an IPv6 address in full', `http://[2001:0db8:1:2:3:4:5:FFFF]/${CANARY}`),
    url('takes an IPv6 address of zeros', `http://[::]/${CANARY}`),
    url('takes an IPv6 address with seven groups and two colons', `http://[1:2:3:4:5:6:7::]/${CANARY}`),
    url('takes an IPv4-mapped address', `http://[::ffff:192.0.2.1]:80/${CANARY}`),
    url('takes an IPv6 address with all groups and an IPv4 tail', `http://[1:2:3:4:5:6:192.0.2.1]/${CANARY}`),
    period('takes zeros in front', `${'0'.repeat(30)}24h`),
    period('takes a long fraction', `1.${'3'.repeat(40)}h`),
    period('takes units in any order, and twice', '1s1h1s'),
    period('takes nearly 292 years', '2562047h'),
    csv('V-10 takes the greatest column', { fieldNum: 9_007_199_254_740_990, recordSize: 9_007_199_254_740_991 }),
    csv('V-12 takes a backslash and a space', { fieldNum: 0, columnDelimiter: '\\', commentDelimiter: ' ' }),
    spec('V-01 takes unknown fields, which are dropped', { own: 5, pull: { http: { url: 'https://feeds.example', own: { a: 1 } } } }),
    annotated('takes lookback: +1h', { [`${OPTION}lookback`]: '+1h' }),
    annotated('takes lookback: 0', { [`${OPTION}lookback`]: '0' }),
    annotated('takes lookback: -0s', { [`${OPTION}lookback`]: '-0s' }),
    labels('takes a key with a prefix of 253 characters', { [`${`${'p'.repeat(62)}.`.repeat(4)}p/k`]: 'v' }),
  ),
  ...invalid(
    `${HTTP}.url`,
    url('refuses 2,049 characters outside the basic plane', `https://feeds.example/${CANARY}${'🦊'.repeat(2018)}`),
    url('refuses an IPv6 address of nine groups', `http://[1:2:3:4:5:6:7:8:9]/${CANARY}`),
    url('refuses an IPv6 address of seven groups', `http://[1:2:3:4:5:6:7]/${CANARY}`),
    url('refuses two gaps in an IPv6 address', `http://[1::2::3]/${CANARY}`),
    url('refuses three colons in an IPv6 address', `http://[1:::2]/${CANARY}`),
    url('refuses an IPv6 address of eight groups and a gap', `http://[1:2:3:4::5:6:7:8]/${CANARY}`),
    url('refuses five digits in an IPv6 address', `http://[12345::]/${CANARY}`),
    url('refuses an IPv4 address in brackets', `http://[192.0.2.1]/${CANARY}`),
    url('refuses an IPv4 tail over 255', `http://[::256.0.0.1]/${CANARY}`),
    url('refuses a colon at the end of an IPv6 address', `http://[1:2:3:4:5:6:7:]/${CANARY}`),
    url('refuses a zone', `http://[fe80::1%25eth0]/${CANARY}`),
    url('refuses a tab', `https://feeds.example/\t${CANARY}`),
    url('refuses a percent sign in the host', `https://feeds%2e${CANARY}.example/`),
    url('refuses empty brackets', `http://[]/${CANARY}`),
    url('refuses a backslash after the host', `https://feeds.example\\${CANARY}`),
    {
      ...url('refuses a host that is one no longer once it is mapped', `https://feeds${FULL_WIDTH_SLASH}${CANARY}.example/`),
      differs: 'CEL has no UTS-46 mapping of host names',
    },
  ),
  ...invalid(
    `${HTTP}.format.json.path`,
    jsonPath('refuses 33 parts', `$${'.a'.repeat(33)}`),
    jsonPath('refuses 65 choices in one pair of brackets', `$[${Array.from({ length: 65 }, () => '"a"').join(',')}]`),
    jsonPath('refuses a step of -0', '$[::-0]'),
    jsonPath('refuses an index of 16 digits', `$[${'1'.repeat(16)}]`),
  ),
  ...invalid(
    'spec.pull.period',
    period('refuses 292 years in three parts', '2562047h2562047h2562047h'),
    period('refuses a sign in the middle', '1h+30m'),
    period('refuses two signs', '++1h'),
    period('refuses two points', '1.5.5h'),
    period('refuses a list', ['24h']),
  ),
  ...invalid(
    `metadata.annotations[${OPTION}lookback]`,
    annotated('refuses a lookback of 300 years', { [`${OPTION}lookback`]: '2628000h' }),
    annotated('refuses a lookback that is -1ms', { [`${OPTION}lookback`]: '-1ms' }),
    annotated('refuses a bare number for lookback', { [`${OPTION}lookback`]: '5' }),
  ),
  ...invalid(`${HTTP}.format.csv.fieldNum`, csv('V-10 refuses a column that no number can tell', { fieldNum: 2 ** 53 })),
  ...invalid(LABELS, labels('refuses a prefix of 254 characters', { [`${`${'p'.repeat(62)}.`.repeat(4)}pp/k`]: 'v' })),
  ...invalid(HEADER, { ...header('V-13 refuses null for a header', null), names: 'headers[0]' }),
  ...invalid('spec.pull.http.headers', { name: 'V-13 refuses a text for headers', object: feed({ pull: { http: { url: `https://${CANARY}`, headers: CANARY } } }) }),
]
