import type { MergedRanges } from '../addresses/merged-ranges.ts'
import { alwaysFits, fill, joinable, netBytes, type NetworkSetLimits } from './limits.ts'
import type { HeldNetworkSet } from './network-set.ts'
import { countIn, cutSpan, netsIn } from './prefixes-in-span.ts'
import { EVERY_ADDRESS, type Position, type Span } from './span.ts'

/** An object and the span that it owns by its annotation. No two of them begin at the same address. */
export interface SpanOwner {
  readonly object: HeldNetworkSet
  readonly span: Span
}

/** A span as it should be, and who owns it: an object that begins where it does, or one yet to be made. */
export interface Piece {
  readonly span: Span
  readonly owner: HeldNetworkSet | null
  readonly prefixes: number
}

/**
 * Spreads every address there is over spans, one for each object, as near to the spans that exist as the limits allow (contract G-04).
 * Spans that overlap, as a crash leaves them, are trimmed where the next one begins; what nobody owns any more goes to the neighbour
 * below or to a new object; what overflows is cut at prefix boundaries, and neighbours that shrank are joined.
 *
 * An owner's span begins where it began before, and only its end moves: on that hangs the order of the writes (`planNetworkSet`).
 */
export function layOut(owners: readonly SpanOwner[], ranges: MergedRanges, limits: NetworkSetLimits): readonly Piece[] {
  const cutUp = existing(owners, ranges).flatMap((piece) => cut(piece, ranges, limits))
  return joined(cutUp, ranges, limits)
}

/** The spans between all ends of spans there are. */
function existing(owners: readonly SpanOwner[], ranges: MergedRanges): readonly Piece[] {
  const byFirst = new Map(owners.map(({ object, span }) => [span.first, object]))
  const ends = new Set<Position>([EVERY_ADDRESS.first, ...owners.flatMap(({ span }) => [span.first, span.last + 1n])])
  ends.delete(EVERY_ADDRESS.last + 1n)
  const firsts = [...ends].sort((a, b) => (a < b ? -1 : 1))
  return firsts.map((first, i) => {
    const span = { first, last: (firsts[i + 1] ?? EVERY_ADDRESS.last + 1n) - 1n }
    return { span, owner: byFirst.get(first) ?? null, prefixes: countIn(ranges, span) }
  })
}

/** A piece without an owner joins the one below it if both fit; two that have owners only when they are small enough to stay together. */
function joined(pieces: readonly Piece[], ranges: MergedRanges, limits: NetworkSetLimits): readonly Piece[] {
  const kept: Piece[] = []
  for (const piece of pieces) {
    let top = piece
    for (let below = kept.at(-1); below !== undefined && joins(below, top, limits); below = kept.at(-1)) {
      const span = { first: below.span.first, last: top.span.last }
      // Counted anew: a prefix that was cut by the boundary is whole again.
      top = { span, owner: below.owner, prefixes: countIn(ranges, span) }
      kept.pop()
    }
    kept.push(top)
  }
  return kept
}

function joins(below: Piece, piece: Piece, limits: NetworkSetLimits): boolean {
  return below.prefixes + piece.prefixes <= (piece.owner === null ? fill(limits) : joinable(limits))
}

/** The lowest part keeps the owner. */
function cut(piece: Piece, ranges: MergedRanges, limits: NetworkSetLimits): readonly Piece[] {
  if (fits(piece, ranges, limits)) return [piece]
  const spans = cutSpan(ranges, piece.span, piece.prefixes, Math.ceil(piece.prefixes / fill(limits)))
  return spans.map((span, i) => ({ span, owner: i === 0 ? piece.owner : null, prefixes: countIn(ranges, span) }))
}

function fits({ span, prefixes }: Piece, ranges: MergedRanges, limits: NetworkSetLimits): boolean {
  if (prefixes <= alwaysFits(limits)) return true
  return prefixes <= limits.prefixes && netsIn(ranges, span).reduce((bytes, net) => bytes + netBytes(net), 0) <= limits.netsBytes
}
