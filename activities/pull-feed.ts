import type { Feed } from '../domain/feed/feed.ts'
import { FeedFailure } from '../domain/failure.ts'
import type { PullInput, FeedSteps, PullOutput } from '../domain/run/steps.ts'
import { sameVersion, type Validators } from '../domain/run/references.ts'
import { beating } from './beating.ts'
import { currentPull } from './current-feed.ts'
import type { BlobStore, PullRecord, PullRecords } from './ports/blob-store.ts'
import type { FeedApi } from './ports/feed-api.ts'
import type { FeedHost } from './ports/feed-host.ts'
import type { HeaderSource } from './ports/header-source.ts'
import type { SetStore } from './ports/set-store.ts'
import { attemptMs, maxBytes, type PullLimits } from './pull-limits.ts'
import { requestHeaders } from './request-headers.ts'

export interface PullFeedPorts {
  readonly feeds: FeedApi
  readonly headers: HeaderSource
  readonly host: FeedHost
  readonly sets: SetStore
  readonly blobs: BlobStore
  readonly pulls: PullRecords
  readonly limits: PullLimits
}

/**
 * One GET of a feed's body into the blob store. Url and header values are read here and stay here: what goes out names the host.
 * Taken up again under the same pull key, it gives what was acknowledged without asking the host (contract P-12).
 * @throws FeedFailure `SpecChanged`, `PullFailed`, `StoreFailed`, `ApiUnavailable`
 */
export function createPullFeed(ports: PullFeedPorts): FeedSteps['pullFeed'] {
  const { feeds, headers, host, blobs, pulls, limits } = ports
  return (input) =>
    beating(async (signal) => {
      const feed = await currentPull(feeds, input.feed, input.pullHash, signal)
      const record = await pulls.read(input.feed, signal)
      if (record?.pullKey === input.pullKey && record.pullHash === input.pullHash) return pulled(record)

      await blobs.assertWritable(signal)
      await pulls.assertWritable(input.feed, signal)
      const { url, format, periodMs } = feed.pull
      const request = {
        url,
        headers: await requestHeaders(headers, feed.pull.headers, signal),
        validators: await usableValidators(ports, input, feed, signal),
        timeoutMs: attemptMs(limits, periodMs),
        maxBytes: maxBytes(limits, format),
      }
      const name = new URL(url).hostname
      const answer = await host.get(request, signal)
      if (answer.kind === 'not-modified') {
        if (request.validators !== null) return { outcome: 'not-modified', host: name }
        throw new FeedFailure('PullFailed', 'wait', `${name} answered 304 (not modified) although it was asked unconditionally`, { status: 304 })
      }
      const snapshot = await onceAsked(blobs.put(answer.body, signal))
      const acknowledged: PullRecord = {
        pullKey: input.pullKey,
        askedAt: input.askedAt,
        pullHash: input.pullHash,
        host: name,
        snapshot,
        validators: answer.validators,
        content: feed.content,
        format,
        allowEmpty: feed.options.allowEmpty,
      }
      await onceAsked(pulls.write(input.feed, acknowledged, signal))
      return pulled(acknowledged)
    })
}

function pulled({ host, snapshot, validators, pullHash, content, format, allowEmpty }: PullRecord): PullOutput {
  return { outcome: 'pulled', host, snapshot, validators, pullHash, content, format, allowEmpty }
}

/**
 * A store that takes the small write before and refuses the body, as where a balancer limits a request, would cost the host a whole body
 * with each try: none follows at once, and the run is told (contract P-06).
 */
async function onceAsked<T>(kept: Promise<T>): Promise<T> {
  try {
    return await kept
  } catch (error) {
    if (!(error instanceof FeedFailure) || error.code !== 'StoreFailed') throw error
    throw new FeedFailure('StoreFailed', 'wait', error.message, { ...error.fields, asked: true })
  }
}

/** A 304 keeps what is held, so it is only asked for while what is held is all there (contract P-03). */
async function usableValidators(
  { sets, blobs }: PullFeedPorts,
  { validators, document, set, feed: { name } }: PullInput,
  { content }: Feed,
  signal: AbortSignal,
): Promise<Validators | null> {
  if (validators === null || document === null) return null
  const stored = await sets.version(content, name, signal)
  if (!sameVersion(stored, document)) return null
  if (set != null && !(await blobs.touch(set.sha256, signal))) return null
  return validators
}
