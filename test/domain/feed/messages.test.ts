import { describe, expect, it } from 'vitest'
import { readFeed } from '../../../domain/feed/read-feed.ts'
import { feed, NAME, pulled } from './feed-case.ts'

/** Every sentence that a spec can be answered with, as a person reads it: the field, what would be right, what was found (contract V-18). */
const says = (object: unknown): readonly string[] => readFeed(object).problems.map(({ field, message }) => `${field} ${message}`)
const saysOf = (http: Record<string, unknown>): readonly string[] => says(pulled(http))
const csv = (fields: Record<string, unknown>): readonly string[] => saysOf({ format: { csv: fields } })
const header = (fields: Record<string, unknown>): readonly string[] => saysOf({ headers: [fields] })
const labels = (one: unknown): readonly string[] => says(pulled({}, { globalNetworkSet: { labels: one } }))
const long = (length: number): string => 'x'.repeat(length)

describe('what is said of the resource as a whole', () => {
  it.each([
    ['V-16', {}, ['metadata.name is required']],
    ['V-16', { metadata: { name: '' } }, ['metadata.name must consist of lower-case letters, digits, "-" and "." between letters or digits']],
    ['V-16', { metadata: { name: long(231) } }, ['metadata.name must have at most 230 characters, found 231']],
    ['V-16', { metadata: { name: 5 } }, ['metadata.name must be a text, found a number']],
    ['V-18', { metadata: [], spec: 'x' }, ['metadata must be an object, found a list', 'spec must be an object, found a text', 'metadata.name is required']],
    ['V-01', feed({ content: 'IPset' }), ['spec.content must be IPSet or DomainNameSet, found "IPset"']],
    ['V-01', feed({ content: 5 }), ['spec.content must be IPSet or DomainNameSet, found 5']],
    ['V-01', feed({ content: ['IPSet'] }), ['spec.content must be IPSet or DomainNameSet, found a list']],
    ['V-02', feed({ mode: false }), ['spec.mode must be Enabled or Disabled, found false']],
    ['V-04', feed({ feedType: {} }), ['spec.feedType must be Custom or Builtin, found an object']],
    ['V-03', feed({ description: long(257) }), ['spec.description must have at most 256 characters, found 257']],
    ['V-03', feed({ description: true }), ['spec.description must be a text, found true or false']],
    ['V-06', feed({ pull: {} }), ['spec.pull.http is required: pull without it asks nobody']],
    ['V-06', feed({ pull: 5 }), ['spec.pull must be an object, found a number']],
  ])('%s %j', (_id, object, sentences) => {
    expect(says(object)).toEqual(sentences)
  })
  it('V-03 V-16 takes what is just within', () => {
    expect(says(feed({ description: long(256) }))).toEqual([])
    expect(says({ ...feed({}), metadata: { name: long(230) } })).toEqual([])
  })
  it('V-18 shows 32 characters of a text, and that there are more', () => {
    expect(says(feed({ mode: long(33) }))).toEqual([`spec.mode must be Enabled or Disabled, found "${long(32)}…"`])
    expect(says(feed({ mode: long(32) }))).toEqual([`spec.mode must be Enabled or Disabled, found "${long(32)}"`])
    expect(says(feed({ mode: '\u{1f600}'.repeat(40) }))).toEqual([`spec.mode must be Enabled or Disabled, found "${'\u{1f600}'.repeat(32)}…"`])
  })
})

describe('what is said of pull', () => {
  const period = (text: unknown): readonly string[] => says(feed({ pull: { period: text, http: { url: 'https://a.example' } } }))

  it.each([
    ['V-06', () => period('299s'), ['spec.pull.period must be at least 5m, found "299s"']],
    ['V-06', () => period('daily'), ['spec.pull.period is not a duration such as 24h, 1h30m or 300s, found "daily"']],
    ['V-06', () => period(300), ['spec.pull.period must be a text, found a number']],
    ['V-07', () => says(feed({ pull: { http: {} } })), ['spec.pull.http.url is required']],
    ['V-07', () => saysOf({ url: '' }), ['spec.pull.http.url must not be empty']],
    ['V-07', () => saysOf({ url: 'feeds.example/list' }), ['spec.pull.http.url must be an absolute url that begins with http:// or https://']],
    ['V-07', () => saysOf({ url: 'ftp://u:p@feeds.example' }), ['spec.pull.http.url must be an absolute url that begins with http:// or https://']],
    [
      'V-07',
      () => saysOf({ url: 'https://u:p@feeds.example/' }),
      ['spec.pull.http.url must not hold a user or password; send a header from a Secret instead'],
    ],
    ['V-07', () => saysOf({ url: 'https://:80/' }), ['spec.pull.http.url is not a valid url: a host, perhaps a port up to 65535, and a path without spaces']],
    ['V-07', () => saysOf({ url: `https://a/${long(2039)}` }), ['spec.pull.http.url must have at most 2048 characters, found 2049']],
    ['V-08', () => saysOf({ format: { json: { path: '$' }, csv: { fieldNum: 0 } } }), ['spec.pull.http.format must have at most one of newlineDelimited, json, csv, found json and csv']],
    ['V-09', () => saysOf({ format: { json: {} } }), ['spec.pull.http.format.json.path is required: a json path such as $.addresses']],
    ['V-09', () => saysOf({ format: { json: { path: `$.${long(1023)}` } } }), ['spec.pull.http.format.json.path must have at most 1024 characters, found 1025']],
  ])('%s in its words, %#', (_id, sentences, expected) => {
    expect(sentences()).toEqual(expected)
  })
  it('V-07 V-09 takes what is just within', () => {
    expect(saysOf({ url: `https://a/${long(2038)}` })).toEqual([])
    expect(saysOf({ format: { json: { path: `$.${long(1022)}` } } })).toEqual([])
  })
})

describe('what is said of csv', () => {
  const at = 'spec.pull.http.format.csv'

  it.each([
    ['V-10', () => csv({}), [`${at} must have exactly one of fieldNum and fieldName, found neither`]],
    ['V-10', () => csv({ fieldNum: 0, fieldName: 'a', header: true }), [`${at} must have exactly one of fieldNum and fieldName, found both`]],
    ['V-10', () => csv({ fieldName: '', header: true }), [`${at}.fieldName must not be empty`]],
    ['V-10', () => csv({ fieldName: long(257), header: true }), [`${at}.fieldName must have at most 256 characters`]],
    ['V-10', () => csv({ fieldName: 'a' }), [`${at}.header must be true with fieldName: without a header row no column has a name`]],
    ['V-10', () => csv({ fieldNum: 0, header: 'yes' }), [`${at}.header must be true or false, found "yes"`]],
    ['V-10', () => csv({ fieldNum: -1 }), [`${at}.fieldNum must be a whole number of at least 0, found -1`]],
    ['V-10', () => csv({ fieldNum: 1.5 }), [`${at}.fieldNum must be a whole number of at least 0, found 1.5`]],
    ['V-10', () => csv({ fieldNum: '1' }), [`${at}.fieldNum must be a whole number of at least 0, found "1"`]],
    ['V-10', () => csv({ fieldNum: 3, recordSize: 3 }), [`${at}.fieldNum must be below recordSize (columns count from 0), found 3 of 3`]],
    ['V-11', () => csv({ fieldNum: 0, recordSize: 0 }), [`${at}.recordSize must be a whole number of at least 1, found 0`]],
    ['V-11', () => csv({ fieldNum: 0, recordSize: 2, disableRecordSizeValidation: true }), [`${at}.recordSize must not stand together with disableRecordSizeValidation: true`]],
    ['V-12', () => csv({ fieldNum: 0, columnDelimiter: '||' }), [`${at}.columnDelimiter must be exactly one character, not a double quote or a line end, found "||"`]],
    ['V-12', () => csv({ fieldNum: 0, columnDelimiter: '' }), [`${at}.columnDelimiter must be exactly one character, not a double quote or a line end, found ""`]],
    ['V-12', () => csv({ fieldNum: 0, commentDelimiter: ',' }), [`${at}.commentDelimiter must differ from columnDelimiter, found "," as both`]],
  ])('%s in its words, %#', (_id, sentences, expected) => {
    expect(sentences()).toEqual(expected)
  })
  it('V-10 V-12 takes what is just within, a character outside the basic plane too', () => {
    expect(csv({ fieldName: '\u{1f600}'.repeat(256), header: true })).toEqual([])
    expect(csv({ fieldNum: 2, recordSize: 3, columnDelimiter: '\u{1f600}' })).toEqual([])
  })
})

describe('what is said of headers', () => {
  const at = 'spec.pull.http.headers[0]'
  const reference = { name: `globalthreatfeed-${NAME}-s`, key: 'k' }
  const secret = (ref: unknown): readonly string[] => header({ name: 'X', valueFrom: { secretKeyRef: ref } })

  it.each([
    ['V-13', () => saysOf({ headers: {} }), ['spec.pull.http.headers must be a list, found an object']],
    ['V-13', () => saysOf({ headers: ['x'] }), [`${at} must be an object, found a text`]],
    ['V-13', () => saysOf({ headers: [null] }), [`${at} must be an object, found nothing`]],
    ['V-13', () => header({ value: 'v' }), [`${at}.name is required`]],
    ['V-13', () => header({ name: '', value: 'v' }), [`${at}.name must not be empty`]],
    ['V-13', () => header({ name: 'a b', value: 'v' }), [`${at}.name must be an HTTP token: letters, digits and !#$%&'*+-.^_\`|~, without spaces or a colon`]],
    ['V-13', () => header({ name: 'X' }), [`${at} must have exactly one of value and valueFrom, found neither`]],
    ['V-13', () => header({ name: 'X', value: 'v', valueFrom: { secretKeyRef: reference } }), [`${at} must have exactly one of value and valueFrom, found both`]],
    ['V-13', () => header({ name: 'X', value: 'a\nb' }), [`${at}.value holds a control character, or one that HTTP headers cannot carry`]],
    ['V-13', () => header({ name: 'X', value: 7 }), [`${at}.value must be a text, found a number`]],
    ['V-13', () => header({ name: 'X', value: long(8193) }), [`${at}.value must have at most 8192 characters, found 8193`]],
    ['V-13', () => header({ name: 'X', valueFrom: {} }), [`${at}.valueFrom must have exactly one of configMapKeyRef and secretKeyRef, found neither`]],
    [
      'V-13',
      () => header({ name: 'X', valueFrom: { secretKeyRef: reference, configMapKeyRef: reference } }),
      [`${at}.valueFrom must have exactly one of configMapKeyRef and secretKeyRef, found both`],
    ],
    ['V-13', () => secret({ name: reference.name }), [`${at}.valueFrom.secretKeyRef.key is required and must not be empty`]],
    ['V-13', () => secret({ name: reference.name, key: '' }), [`${at}.valueFrom.secretKeyRef.key is required and must not be empty`]],
    ['V-14', () => header({ name: 'Host', value: 'v' }), [`${at}.name is Host, which a feed may not set: the pull sets or needs it itself`]],
    ['V-15', () => secret({ name: 'mine', key: 'k' }), [`${at}.valueFrom.secretKeyRef.name must begin with globalthreatfeed-${NAME}-, found "mine"`]],
    ['V-15', () => secret({ ...reference, optional: 'no' }), [`${at}.valueFrom.secretKeyRef.optional must be true or false, found "no"`]],
  ])('%s in its words, %#', (_id, sentences, expected) => {
    expect(sentences()).toEqual(expected)
  })
  it('V-13 takes a value just within', () => {
    expect(header({ name: 'X', value: long(8192) })).toEqual([])
  })
})

describe('what is said of globalNetworkSet', () => {
  const at = 'spec.globalNetworkSet'
  const characters = 'up to 63 letters, digits, "-", "_" and "." between letters or digits'

  it.each([
    ['V-05', () => says(pulled({}, { content: 'DomainNameSet', globalNetworkSet: {} })), [`${at} is possible only with content IPSet, found DomainNameSet`]],
    ['V-05', () => says(feed({ globalNetworkSet: {} })), [`${at} is possible only together with pull`]],
    ['V-05', () => labels(Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, '']))), [`${at}.labels must have at most 64 entries, found 65`]],
    ['V-05', () => labels({ 'a b': '' }), [`${at}.labels holds the key "a b", which is not one of a Kubernetes label: ${characters}, perhaps after a DNS name and "/"`]],
    ['V-05', () => labels({ a: 'b c' }), [`${at}.labels holds under "a" what is not a value of a Kubernetes label: empty, or ${characters}`]],
  ])('%s in its words, %#', (_id, sentences, expected) => {
    expect(sentences()).toEqual(expected)
  })
  it('V-05 blames the stanza for nothing when the content itself is not known', () => {
    expect(says(pulled({}, { content: 'x', globalNetworkSet: {} }))).toEqual(['spec.content must be IPSet or DomainNameSet, found "x"'])
  })
  it('V-05 takes 64 labels, keys and values of 63, a prefix of 253, and passes over what is null', () => {
    expect(labels(Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`k${i}`, '']).concat([['gone', null as never]])))).toEqual([])
    expect(labels({ [`${long(253)}/${long(63)}`]: long(63) })).toEqual([])
  })
})
