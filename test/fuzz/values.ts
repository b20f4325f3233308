import fc from 'fast-check'
import { expect } from 'vitest'
import { contentEncodings } from '../../adapters/http/read-body.ts'
import { retryAfterSeconds } from '../../adapters/http/retry-after.ts'
import { readPlainIPv4Text } from '../../domain/addresses/ipv4.ts'
import { parsePrefix, prefixText } from '../../domain/addresses/prefix.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { formatDuration, parseDuration } from '../../domain/feed/duration.ts'
import { pullHash } from '../../domain/feed/hashes.ts'
import { readFeed } from '../../domain/feed/read-feed.ts'
import { atOnce } from '../../domain/formats/give-way.ts'
import { readDocument } from '../../domain/formats/json-document.ts'
import { parseJsonPath } from '../../domain/formats/json-path.ts'
import { selectNodes } from '../../domain/formats/json-select.ts'
import { canonicalName, logName } from '../../domain/names/canonical-name.ts'
import { BodyRefused } from '../../domain/sets/body-refused.ts'
import { readSet } from '../../domain/sets/read-set.ts'
import { DURATIONS, ENTRIES, FEEDS, JSON_BODIES, JSON_PATHS, RETRY_AFTERS } from './corpus.ts'
import { mutated, mutatedBytes, mutatedObject } from './mutations.ts'

/** A prefix has one text, which reads as itself; the way around the parser agrees with it. */
export const addresses = fc.property(mutated(ENTRIES, 4), (entry) => {
  const prefix = parsePrefix(entry)
  const plain = readPlainIPv4Text(entry)
  if (typeof prefix === 'string') {
    expect(plain).toBe(-1)
  } else {
    const text = prefixText(prefix)
    expect(text.length).toBeLessThanOrEqual(43)
    expect(parsePrefix(text)).toEqual(prefix)
  }
})

/** A canonical name is its own canonical form, and what a log's name is compared by. */
export const names = fc.property(mutated(ENTRIES, 4), (entry) => {
  const name = canonicalName(entry)
  const compared = logName(entry)
  if (typeof name !== 'string') return
  expect(name).toMatch(/^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/)
  expect(canonicalName(name)).toBe(name)
  expect([compared, logName(name)]).toEqual([name, name])
})

export const durations = fc.property(mutated(DURATIONS, 4), (text) => {
  const read = parseDuration(text)
  if (read.ok) expect(parseDuration(formatDuration(read.ms))).toEqual(read)
})

export const retryAfters = fc.property(mutated(RETRY_AFTERS, 4), fc.nat({ max: 2 ** 31 }), (text, now) => {
  const seconds = retryAfterSeconds(text, now * 1000)
  if (seconds !== undefined) expect(Number.isSafeInteger(seconds) && seconds >= 0).toBe(true)
})

export const encodings = fc.property(mutated(['gzip', 'gzip, br', 'identity', 'deflate;q=1', 'x-gzip'], 4), (header) => {
  try {
    for (const name of contentEncodings(header, 'feeds.example')) expect(['gzip', 'deflate', 'br']).toContain(name)
  } catch (error) {
    expect(error).toBeInstanceOf(FeedFailure)
  }
})

/** A path is read or refused, and leads to parts of the document or is refused at a limit. */
export const jsonPaths = fc.property(mutated(JSON_PATHS, 6), fc.oneof(fc.constantFrom(...JSON_BODIES.map((body): unknown => JSON.parse(body))), fc.jsonValue()), (text, document) => {
  const path = parseJsonPath(text)
  if (!path.ok) {
    expect(path.message).not.toBe('')
    return
  }
  const inside = new Set(everyNode(document))
  try {
    for (const node of atOnce(selectNodes(document, path.parts)).nodes) if (!inside.has(node)) throw new Error(`${text} leads out of the document`)
  } catch (error) {
    if (!(error instanceof BodyRefused)) throw error
  }
})

function everyNode(node: unknown): unknown[] {
  return typeof node === 'object' && node !== null ? [node, ...Object.values(node).flatMap(everyNode)] : [node]
}

/** A document is read exactly as the engine reads it, or refused at some place of it where the engine refuses it. */
export const jsonDocuments = fc.property(mutated(JSON_BODIES), (text) => {
  const document = atOnce(readDocument(text))
  if (document.ok) expect(JSON.stringify(document.value)).toBe(JSON.stringify(JSON.parse(text)))
  else {
    expect(() => void JSON.parse(text)).toThrow(SyntaxError)
    expect(document.fault).toBeLessThanOrEqual(text.length)
  }
})

/** Whatever an API server holds: a feed and its problems, none of which tells a url or a header's value. */
export const feeds = fc.property(mutatedObject(FEEDS), (object) => {
  const { feed, problems } = readFeed(object)
  pullHash(feed)
  const told = JSON.stringify(problems)
  expect(told).not.toContain('canary')
  for (const { field, message } of problems) expect([typeof field, message === '']).toEqual(['string', false])
  expect(told.length).toBeLessThan(100_000)
})

/** What is taken for a set is one: its members are as their parsers would write them, and in order. */
export const sets = fc.asyncProperty(
  mutatedBytes(['1.1.1.1/32\n10.0.0.0/8\n2001:db8::/32', 'a.example\nb.example\nxn--mnchen-3ya.de', '']),
  fc.constantFrom('IPSet', 'DomainNameSet'),
  async (bytes, content) => {
    const read = await readSet(bytes, content)
    if (!read.ok) {
      expect(read.message).toMatch(/^the /)
      return
    }
    const members = new TextDecoder().decode(read.set.text).split('\n')
    expect(members.every((member, i) => i === 0 || (members[i - 1] ?? '') < member)).toBe(true)
    expect(read.set.members).toBe(bytes.length === 0 ? 0 : members.length)
  },
)
