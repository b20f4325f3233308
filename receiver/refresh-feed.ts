import type { ReceiverLimits } from './limits.ts'
import { Problem } from './problem.ts'
import type { ReceivedFeed } from './settings.ts'
import { timedBody } from './timed-body.ts'
import type { Turns } from './turns.ts'
import { messageHeaders, verifiedMessage } from './webhook.ts'

/** What came of asking for a refresh. */
export interface Refreshed {
  readonly outcome: string
  readonly message: string
}

/**
 * Asks a feed's run to refresh (contract L-04). One key is one refresh, however often it is asked for.
 * @throws Problem
 */
export type RefreshFeed = (name: string, key: string) => Promise<Refreshed>

/** Where no feed has a webhook: no message is verified then, so that nobody comes here. */
export const nobody: RefreshFeed = () => Promise.reject(new Problem('misconfigured', 'there is no Temporal to ask'))

export interface RefreshParts {
  readonly feeds: ReadonlyMap<string, ReceivedFeed>
  readonly limits: Pick<ReceiverLimits, 'bodyMs' | 'idleMs'>
  readonly refresh: RefreshFeed
  /** Of the bodies: whoever sends one may be anybody. */
  readonly turns: Turns
  readonly now: () => Date
}

/** What a provider says beside that something changed is not read, only signed. */
const MAX_BYTES = 64 * 1024
/** Nothing is known of who sends before the whole body has come. */
const MAX_MS = 10_000

/** Webhooks whose bodies are taken in at once: 16 MiB in all. */
export const REFRESHES = 256

/** `POST /feeds/:name/refresh`: a provider's webhook. @throws Problem */
export async function refreshFeed(request: Request, name: string, { feeds, limits, refresh, turns, now }: RefreshParts): Promise<Response> {
  const headers = messageHeaders(request.headers, now())
  const body = await turns.take(name, () => wholeBody(request, limits))
  const key = await verifiedMessage(headers, body, name, feeds)
  const { outcome, message } = await refresh(name, key)
  return new Response(`${JSON.stringify({ feed: name, outcome, message })}\n`, { status: 202, headers: { 'content-type': 'application/json' } })
}

async function wholeBody(request: Request, limits: RefreshParts['limits']): Promise<Uint8Array> {
  const body = new Uint8Array(MAX_BYTES)
  let used = 0
  for await (const piece of timedBody(request, { idleMs: limits.idleMs, bodyMs: Math.min(limits.bodyMs, MAX_MS), wireBytes: MAX_BYTES })) {
    body.set(piece, used)
    used += piece.length
  }
  return body.subarray(0, used)
}
