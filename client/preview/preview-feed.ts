import type { HttpSettings } from '../../adapters/http/settings.ts'
import type { Content } from '../../domain/feed/content.ts'
import type { Feed } from '../../domain/feed/feed.ts'
import { DEFAULT_PERIOD_MS } from '../../domain/feed/read-pull.ts'
import { type Preview, previewBody } from '../../domain/preview/preview.ts'
import { type FormatStanza, formatStanza } from '../../domain/preview/stanza.ts'
import { ClientError } from '../client-error.ts'
import { openBody, type Source, sourceText } from './body-source.ts'

/** What `threatfeed preview --output json` prints. */
export interface PreviewResult extends Omit<Preview, 'rejections' | 'suggestion'> {
  /** Null where no feed was given, only options. */
  readonly feed: string | null
  /** A file's name, `standard input` or a url's host. */
  readonly source: string
  readonly content: Content
  readonly format: FormatStanza
  /** Of the body, unpacked. */
  readonly bytes: number
  readonly elapsedMs: number
  readonly rejected: Preview['rejections']['counts']
  readonly samples: Preview['rejections']['samples']
  readonly suggestion: {
    readonly content: Content
    readonly format: FormatStanza
    readonly members: number
    readonly rejected: number
  } | null
  /** What a pull by the worker would do that this preview did not. */
  readonly notes: readonly string[]
}

export interface PreviewInput {
  readonly feed: Feed
  /** Whether the feed is a user's own, or made of options. */
  readonly named: boolean
  /** What to read in place of the feed's url. */
  readonly source: Source | null
}

export interface PreviewParts {
  readonly settings: HttpSettings
  readonly userAgent: string
  readonly stdin: AsyncIterable<Uint8Array>
  /** Milliseconds, for the time it took. */
  readonly now: () => number
}

/** What a feed would give, without any server but its own host. @throws ClientError, FeedFailure `PullFailed`. */
export async function previewFeed(input: PreviewInput, parts: PreviewParts, signal: AbortSignal): Promise<PreviewResult> {
  const { feed, named } = input
  const { settings } = parts
  const started = parts.now()
  const format = feed.pull?.format ?? { kind: 'newline' }
  const notes: string[] = []
  const source = input.source ?? urlOf(feed, notes)
  const opened = await openBody(source, {
    ...parts,
    maxBytes: format.kind === 'json' ? settings.jsonBytes : settings.bodyBytes,
    timeoutMs: Math.min(settings.attemptMs, Math.floor((feed.pull?.periodMs ?? DEFAULT_PERIOD_MS) / 2)),
    signal,
  })
  const preview = await previewBody(opened.body, { content: feed.content, format, allowEmpty: feed.options.allowEmpty })
  const { rejections, suggestion, ...rest } = preview
  return {
    feed: named ? feed.name : null,
    source: sourceText(source),
    content: feed.content,
    format: formatStanza(format),
    bytes: opened.bytes,
    elapsedMs: Math.round(parts.now() - started),
    ...rest,
    rejected: rejections.counts,
    samples: rejections.samples,
    suggestion: suggestion === null ? null : { ...suggestion, format: formatStanza(suggestion.format) },
    notes,
  }
}

/** Only literal header values are at hand: a Secret or ConfigMap lies in the cluster (contract P-05). */
function urlOf({ pull, name }: Feed, notes: string[]): Source {
  if (pull === undefined) throw new ClientError('invalid', `feed ${name} has no pull: give the FILE or URL of its list`)
  const headers: (readonly [string, string])[] = []
  for (const header of pull.headers) {
    if (header.value !== undefined) headers.push([header.name, header.value])
    else notes.push(`header ${header.name} was left out: its value lies in a ${header.reference?.kind ?? 'Secret'} of the cluster`)
  }
  return { kind: 'url', url: pull.url, headers }
}
