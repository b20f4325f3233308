import type { FeedAnswer, FeedHost, FeedRequest } from '../../activities/ports/feed-host.ts'
import type { HeaderSource } from '../../activities/ports/header-source.ts'
import type { HeaderReference } from '../../domain/feed/feed.ts'

export interface ScriptedFeedHost extends FeedHost {
  readonly requests: FeedRequest[]
  /** What the next requests get; a function may throw. */
  answer: () => FeedAnswer
}

/** A feed's server that answers as it is told, and keeps what it was asked. */
export function scriptedFeedHost(answer: () => FeedAnswer): ScriptedFeedHost {
  const host: ScriptedFeedHost = {
    requests: [],
    answer,
    async get(request, signal) {
      signal.throwIfAborted()
      host.requests.push(request)
      return host.answer()
    },
  }
  return host
}

export function bodyAnswer(text: string, validators: { etag?: string } | null = null): FeedAnswer {
  return { kind: 'body', body: streamOf(text), contentType: 'text/plain', validators }
}

export async function* streamOf(text: string): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  const middle = Math.floor(bytes.length / 2)
  yield bytes.subarray(0, middle)
  yield bytes.subarray(middle)
}

/** Values by `<kind>/<name>/<key>`. */
export function memoryHeaderSource(values: Readonly<Record<string, string>> = {}): HeaderSource {
  const at = ({ kind, name, key }: HeaderReference) => `${kind}/${name}/${key}`
  return {
    read: async (reference) => values[at(reference)] ?? null,
    // One version for each content of the object.
    version: async ({ kind, name }) => JSON.stringify(Object.entries(values).filter(([key]) => key.startsWith(`${kind}/${name}/`))),
  }
}
