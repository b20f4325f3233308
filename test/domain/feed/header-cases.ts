import { invalid, valid, CANARY, header, HEADER, HTTP, NAME, pulled, REF, secret } from './feed-case.ts'
import type { FeedCase } from './feed-case.ts'

const REFUSED = ['Host', 'content-length', 'TRANSFER-ENCODING', 'Connection', 'Keep-Alive', 'Proxy-Authenticate', 'Proxy-Authorization', 'Proxy-Connection', 'TE', 'Trailer', 'Upgrade', 'If-None-Match', 'if-modified-since', 'Range', 'Accept-Encoding']

export const headerCases: readonly FeedCase[] = [
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
    header('V-13 refuses more than 64 headers', ...Array.from({ length: 65 }, (_, i) => ({ name: `X-${i}`, value: CANARY }))),
    { name: 'V-13 refuses an object for headers', object: pulled({ headers: { Accept: CANARY } }) },
  ),
]
