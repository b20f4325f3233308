import type { Step } from './steps-of.ts'

/** What befell one feed, in the order in which its run learned of it. Windows are told by their numbers. */
export type Happening =
  | { readonly what: 'looked'; readonly enabled: boolean }
  /** Logs were searched up to a window. */
  | { readonly what: 'searched'; readonly upTo: number }
  | { readonly what: 'search failed' }
  /** A set came into force while the feed had searched up to `cursor`. */
  | { readonly what: 'adopted'; readonly source: Source; readonly cursor: number }
  | { readonly what: 'backward began'; readonly id: string; readonly upTo: number; readonly at: number }
  /** `whole`: nothing is left to be searched. */
  | { readonly what: 'backward ended'; readonly id: string; readonly whole: boolean }
  | { readonly what: 'backward broke off'; readonly id: string }

/** What a set was made of: the SHA-256 of a body, or the number that Elasticsearch gave a pushed document. */
export type Source = string

interface Cursor {
  readonly number: number
}
interface Fields {
  readonly observed?: { readonly enabled: boolean }
  readonly cursor?: Cursor
  readonly upTo?: Cursor
  readonly position?: string | null
  readonly snapshot?: { readonly sha256: string }
  readonly set?: { readonly sha256: string }
  readonly state?: { readonly cursor: Cursor | null }
  readonly source?: { readonly kind: 'pull' | 'push'; readonly document?: { readonly seqNo: number } }
}

/** What the steps of a feed's runs tell, taken from their inputs and results as history holds them. */
export function happeningsOf(steps: readonly Step[]): readonly Happening[] {
  const bodies = new Map<string, Source>()
  return steps.flatMap(({ id, name, moment, at, input, result }): readonly Happening[] => {
    const given = (input ?? {}) as Fields
    const got = (result ?? {}) as Fields
    if (name === 'searchBackward' && moment === 'began') return [{ what: 'backward began', id, upTo: numberOf(given.upTo), at }]
    if (name === 'searchBackward' && moment === 'failed') return [{ what: 'backward broke off', id }]
    if (name === 'searchForward' && moment === 'failed') return [{ what: 'search failed' }]
    if (moment !== 'ended') return []
    if (name === 'parseFeed') bodies.set(got.set?.sha256 ?? '', given.snapshot?.sha256 ?? '')
    if (name === 'observeFeed' && got.observed !== undefined) return [{ what: 'looked', enabled: got.observed.enabled }]
    if (name === 'searchForward') return [{ what: 'searched', upTo: numberOf(got.cursor) }]
    if (name === 'searchBackward') return [{ what: 'backward ended', id, whole: got.position === null }]
    if (name !== 'storeSet') return []
    const source = given.source?.kind === 'push' ? String(given.source.document?.seqNo) : (bodies.get(given.set?.sha256 ?? '') ?? '')
    return [{ what: 'adopted', source, cursor: numberOf(given.state?.cursor) }]
  })
}

function numberOf(cursor: Cursor | null | undefined): number {
  if (cursor === null || cursor === undefined) throw new Error('a step that has to name a window names none')
  return cursor.number
}
