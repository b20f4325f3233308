import { CONTENTS, type Content } from '../feed/content.ts'
import type { Format } from '../feed/feed.ts'
import { parseBody, type ParseOptions } from '../formats/parse-body.ts'
import { guessPaths } from './guess-json.ts'
import { guessTables } from './guess-table.ts'
import type { Body, Head } from './head.ts'
import { memberShare } from './judge.ts'
import { entryLines, type Shape } from './shape.ts'

/** What a format made of a body; null where it was refused. */
export interface Outcome {
  /** Members that the body has, read so. */
  readonly members: number
  /** Entries that are no members, read so. */
  readonly rejected: number
}

/** A content and format that were tried on the whole body and fit it better than what the feed says. */
export interface Suggestion extends Outcome {
  /** What to say as `spec.content`. */
  readonly content: Content
  /** What to say as `spec.pull.http.format`. */
  readonly format: Format
}

/** Formats that are tried at most for one content: each reads the body once more. */
const TRIED = 8
/** A json body is held as one document (contract P-07); so is it for the guess. */
const MOST_JSON = 64 * 1024 * 1024

/** The best fitting content and format, when it fits better than what the feed says (`now` its outcome); else null. */
export async function suggest(body: Body, head: Head, shape: Shape, said: ParseOptions, now: Outcome | null): Promise<Suggestion | null> {
  const document = shape === 'json' ? await parsedDocument(body) : undefined
  // The addresses of a hosts file are 0.0.0.0 or 127.0.0.1, and nobody's.
  const contents: readonly Content[] = shape === 'hosts' ? ['DomainNameSet'] : [said.content, ...CONTENTS.filter((content) => content !== said.content)]
  for (const content of contents) {
    // Another content is another feed: it is worth telling only where this one gives nothing.
    if (content !== said.content && now !== null) break
    let best: Suggestion | null = null
    for (const format of candidates(head, shape, document, content).slice(0, TRIED)) {
      if (content === said.content && sameFormat(format, said.format)) continue
      const result = await parseBody(body(), { ...said, content, format })
      if (!result.ok) continue
      const { members } = result.parsed.set
      const rejected = total(result.parsed.rejections.counts)
      if (rejected <= members && beats({ members, rejected }, best)) best = { content, format, members, rejected }
      // The guesses come best first: what leaves nothing over ends the search.
      if (rejected === 0) break
    }
    if (best !== null && beats(best, now)) return best
  }
  return null
}

export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** Much more comes of it, or as much and less is rejected. */
function beats({ members, rejected }: Outcome, other: Outcome | null): boolean {
  if (other === null) return true
  return members > other.members * 2 || (members >= other.members && rejected < other.rejected)
}

function candidates(head: Head, shape: Shape, document: unknown, content: Content): readonly Format[] {
  switch (shape) {
    case 'json':
      return guessPaths(document, content).map((path) => ({ kind: 'json', path }))
    case 'hosts':
    case 'lines':
      return [...guessNewline(head, content), ...guessTables(head, content)]
    default:
      return []
  }
}

function guessNewline(head: Head, content: Content): readonly Format[] {
  const entries = entryLines(head.lines).map((line) => (line.split('#')[0] ?? '').trim())
  return memberShare(entries, content) >= 0.5 ? [{ kind: 'newline' }] : []
}

async function parsedDocument(body: Body): Promise<unknown> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of body()) {
    bytes += chunk.length
    if (bytes > MOST_JSON) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  try {
    return JSON.parse(text + decoder.decode())
  } catch {
    return undefined
  }
}

function sameFormat(a: Format, b: Format): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())
}
