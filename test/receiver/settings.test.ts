import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readReceiverSettings, RECEIVER_SETTINGS } from '../../receiver/settings.ts'

const DIGEST = 'ab'.repeat(32)
const SECRET = 'a-secret-of-the-platform-0123456789'
const GOOD = {
  RECEIVER_FEEDS: JSON.stringify({ 'deny-list': { content: 'IPSet', tokens: [{ sha256: DIGEST.toUpperCase() }, { secretName: 'DENY_TOKEN' }] } }),
  DENY_TOKEN: SECRET,
  ELASTICSEARCH_URL: 'https://elasticsearch.example/behind/',
}

function problems(changes: Readonly<Record<string, string>>): readonly string[] {
  const read = readReceiverSettings({ ...GOOD, ...changes })
  if (read.ok) throw new Error('they were taken')
  return read.problems
}
const feeds = (value: unknown): Readonly<Record<string, string>> => ({ RECEIVER_FEEDS: JSON.stringify(value) })

describe('the settings of the receiver', () => {
  it('S-06 P-07 are read with their defaults', () => {
    const read = readReceiverSettings(GOOD)
    expect(read).toEqual({
      ok: true,
      settings: {
        feeds: new Map([['deny-list', { name: 'deny-list', content: 'IPSet', tokens: [{ sha256: DIGEST }, { secret: SECRET }], webhookSecrets: [] }]]),
        store: {
          url: 'https://elasticsearch.example/behind',
          authorization: null,
          indices: { IPSet: '.tigera.ipset.cluster', DomainNameSet: '.tigera.domainnameset.cluster' },
        },
        temporal: null,
        limits: { wireBytes: 104_857_600, streamBytes: 536_870_912, jsonBytes: 67_108_864, bodyMs: 300_000, idleMs: 30_000, pushes: 4 },
        port: 8080,
      },
    })
  })

  it.each([
    [{ ELASTICSEARCH_API_KEY: 'a2V5' }, 'ApiKey a2V5'],
    [{ ELASTICSEARCH_USERNAME: 'pusher', ELASTICSEARCH_PASSWORD: 'ü' }, `Basic ${Buffer.from('pusher:ü').toString('base64')}`],
  ])('S-06 authorize by %j', (given, authorization) => {
    expect(readReceiverSettings({ ...GOOD, ...given })).toMatchObject({ settings: { store: { authorization } } })
  })

  it('are refused with every problem at once, and without any value', () => {
    const found = problems({
      ...feeds({
        Wrong: { content: 'IPSet', tokens: [{ sha256: DIGEST }] },
        one: { tokens: [] },
        two: { content: 'Urls', tokens: [{ sha256: 'short' }, { secretName: 'NOT_SET' }, { secretName: 'SHORT' }, { sha256: DIGEST, secretName: 'DENY_TOKEN' }] },
        three: 'IPSet',
      }),
      SHORT: 'too-short-a-secret',
      ELASTICSEARCH_URL: 'https://user:hidden@elasticsearch.example',
      ELASTICSEARCH_USERNAME: 'pusher',
      CLUSTER_NAME: 'No',
      RECEIVER_IDLE_TIMEOUT: 'soon',
    })
    expect(found).toEqual([
      expect.stringMatching(/^CLUSTER_NAME is not a name/),
      expect.stringMatching(/^RECEIVER_FEEDS at Wrong must consist of lower-case/),
      expect.stringMatching(/^RECEIVER_FEEDS at one.content is required/),
      expect.stringMatching(/^RECEIVER_FEEDS at one.tokens is required/),
      expect.stringMatching(/^RECEIVER_FEEDS at two.content must be IPSet or DomainNameSet/),
      expect.stringMatching(/^RECEIVER_FEEDS at two.tokens\[0\].sha256 must be the SHA-256/),
      expect.stringMatching(/^RECEIVER_FEEDS at two.tokens\[1\].secretName names a variable or secret that is not set/),
      expect.stringMatching(/^RECEIVER_FEEDS at two.tokens\[2\].secretName names a secret with fewer than 24/),
      expect.stringMatching(/^RECEIVER_FEEDS at two.tokens\[3\] must have exactly one/),
      expect.stringMatching(/^RECEIVER_FEEDS at three must be an object/),
      expect.stringMatching(/^ELASTICSEARCH_URL holds a user/),
      expect.stringMatching(/^ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD go together/),
      expect.stringMatching(/^RECEIVER_IDLE_TIMEOUT is not a duration/),
    ])
    expect(found.join()).not.toMatch(/hidden|too-short|pusher/)
  })

  it.each<[string, string, string]>([
    ['ELASTICSEARCH_URL', 'https://:canary@elasticsearch.example', 'holds a user'],
    ['ELASTICSEARCH_API_KEY', 'canary\ncanary', 'is not printable ASCII'],
    ['DENY_TOKEN', 'correct canary battery staple!', 'at deny-list.tokens[1].secretName names a secret that cannot be sent as a bearer token'],
  ])('are refused where %s could never work', (name, value, problem) => {
    const found = problems({ [name]: value })
    expect(found).toEqual([expect.stringContaining(problem)])
    expect(found.join()).not.toContain('canary')
  })

  it.each([{}, { RECEIVER_FEEDS: '{' }, feeds([]), feeds({})])('must name a feed: %j', (given) => {
    expect(problems({ RECEIVER_FEEDS: '', ...given })).toEqual([expect.stringContaining('RECEIVER_FEEDS must be a JSON object with a feed')])
  })

  it('are all in docs/receiver.md', () => {
    const page = readFileSync('docs/receiver.md', 'utf8')
    for (const { name, default: value, meaning } of RECEIVER_SETTINGS) expect(page).toContain(`| \`${name}\` | ${value === null ? '' : `\`${value}\``} | ${meaning} |`)
  })
})
