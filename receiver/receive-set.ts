import { parseBody } from '../domain/formats/parse-body.ts'
import type { IndicatorSet, ParsedSet } from '../domain/sets/indicator-set.ts'
import { authorized } from './bearer.ts'
import { type BodyFormat, bodyFormat } from './body-format.ts'
import { hex, sha256 } from './digest.ts'
import { Fingerprint } from './fingerprint.ts'
import { givingWay } from './giving-way.ts'
import type { ReceiverLimits } from './limits.ts'
import { Problem } from './problem.ts'
import { type PushAnswer, type PushRecord, remember } from './push-record.ts'
import type { SetDocuments } from './set-documents.ts'
import type { ReceivedFeed } from './settings.ts'
import type { Turns } from './turns.ts'
import { isPacked, unpackedBody } from './unpacked-body.ts'

export interface ReceiveSetParts {
  readonly feeds: ReadonlyMap<string, ReceivedFeed>
  readonly limits: ReceiverLimits
  readonly documents: SetDocuments
  readonly turns: Turns
  readonly now: () => Date
}

/** Each lost race is a write of someone else; who loses more in seconds is told so. */
const RACES = 5

/** Visible characters, as in the draft of the header; longer than any id that is made for it. */
const KEY = /^[\x21-\x7e]{1,255}$/

/**
 * `POST /feeds/:name/set`: reads the body to a set as a pull does, and writes the feed's document (contract S-01 to S-04). The same key with the
 * same body is answered as it was, without a second write.
 * @throws Problem
 */
export async function receiveSet(request: Request, name: string, parts: ReceiveSetParts): Promise<Response> {
  const feed = await authorized(request, name, parts.feeds)
  const format = bodyFormat(request)
  isPacked(request)
  const key = await readKey(request.headers.get('idempotency-key'))
  return parts.turns.take(feed.name, async () => {
    const fingerprint = key === null ? null : await Fingerprint.begin(JSON.stringify([feed.content, format]))
    const parsed = await readSet(request, feed, format, fingerprint, parts.limits)
    const answer = `${JSON.stringify(answerOf(feed, parsed, parts.now()))}\n`
    const push = key === null || fingerprint === null ? null : { key, body: await fingerprint.end(), answer }
    const first = await store(parsed.set, feed.name, push, parts.documents)
    return new Response(first ?? answer, { headers: { 'content-type': 'application/json', ...(first === null ? {} : { 'idempotent-replayed': 'true' }) } })
  })
}

async function readKey(header: string | null): Promise<string | null> {
  if (header === null) return null
  if (!KEY.test(header)) {
    throw new Problem('invalid-key', `the header Idempotency-Key has ${header.length} characters; 1 to 255 visible ones of ASCII, without spaces, are wanted`)
  }
  return hex(await sha256(header))
}

async function readSet(
  request: Request,
  { content }: ReceivedFeed,
  { format, allowEmpty }: BodyFormat,
  fingerprint: Fingerprint | null,
  limits: ReceiverLimits,
): Promise<ParsedSet> {
  const unpacked = unpackedBody(request, format.kind === 'json' ? limits.jsonBytes : limits.streamBytes, limits)
  const body = fingerprint === null ? unpacked : fingerprint.of(unpacked)
  const result = await parseBody(body, { content, format, allowEmpty: true, giveWay: givingWay() })
  if (!result.ok) throw new Problem('refused', result.message)
  if (result.parsed.entries > 0 || allowEmpty) return result.parsed
  throw new Problem('refused', 'the list is well-formed and has no entries; allowEmpty=true in the query accepts that, and empties the set')
}

/** @returns what the same push was answered with before, or null when it is written now */
async function store(set: IndicatorSet, name: string, push: PushRecord | null, documents: SetDocuments): Promise<string | null> {
  for (let race = 0; race < RACES; race++) {
    const found = await documents.read(set.content, name)
    const records = found?.records ?? []
    const before = records.find(({ key }) => key === push?.key)
    if (before !== undefined) {
      if (before.body === push?.body) return before.answer
      throw new Problem('key-reused', 'the header Idempotency-Key came with another body, or another way to read it, before; a new body takes a new key')
    }
    if (await documents.write(set, name, push === null ? records : remember(records, push), found?.version ?? null)) return null
  }
  throw new Problem('conflict', `others wrote the set of feed ${name} ${RACES} times while this one was to be written; send it again once they are done`)
}

function answerOf({ name, content }: ReceivedFeed, { set, rejections, entries }: ParsedSet, at: Date): PushAnswer {
  const { counts: byReason, samples } = rejections
  const total = Object.values(byReason).reduce((sum, count) => sum + count, 0)
  return { feed: name, content, set: { sha256: set.sha256, members: set.members }, entries, rejected: { total, byReason, samples }, at: at.toISOString() }
}
