import type { MergedRanges } from '../addresses/merged-ranges.ts'
import { ANNOTATION_PREFIX } from '../feed/feed.ts'
import { layOut, type SpanOwner } from './lay-out.ts'
import { NETWORK_SET_LIMITS, type NetworkSetLimits } from './limits.ts'
import { FEED_UID_LABEL, feedOfNetworkSet, furtherName, type HeldNetworkSet, type NetworkSet, networkSetName, numberOfNetworkSet, SPAN_ANNOTATION } from './network-set.ts'
import { netsIn } from './prefixes-in-span.ts'
import { EVERY_ADDRESS, readSpan, type Span, spanText } from './span.ts'

/** What a feed wants of its network set. */
export interface NetworkSetWish {
  /** Name of the feed; the primary object is `threatfeed.<name>` (contract G-01). */
  readonly feedName: string
  /** The life of the feed that this is planned for. */
  readonly uid: string
  /** Whether the resource had this uid after the objects were listed: what a former life of it left is then its own. */
  readonly live: boolean
  /** Those of the stanza, valid. */
  readonly labels: Readonly<Record<string, string>>
  /** Take over an object of the primary's name that someone else made. */
  readonly adopt: boolean
  /** Addresses to cover; null removes what is ours. */
  readonly ranges: MergedRanges | null
}

/** One object as it should be; its prefixes are made when it is its turn (`contentOf`). */
export interface PlannedObject {
  /** Of the object. */
  readonly name: string
  /** Addresses that are its own, whether they are in the set or not. */
  readonly span: Span
  /** All that it is to have. */
  readonly labels: Readonly<Record<string, string>>
  /** Without the span where one object owns every address. */
  readonly annotations: Readonly<Record<string, string>>
}

/**
 * Writes, to be made in this order: creates; what is kept and differs, the highest span first; removals. What was and stays in the set
 * is covered at every point in between (docs/architecture.md, "Network sets of any size").
 */
export interface NetworkSetChanges {
  /** Tells it from a refusal. */
  readonly kind: 'changes'
  /** Objects that do not exist. */
  readonly creates: readonly PlannedObject[]
  /** Objects that exist and stay, with what they are to be. */
  readonly keeps: readonly { readonly held: HeldNetworkSet; readonly planned: PlannedObject }[]
  /** Objects that exist and are no longer needed. */
  readonly removes: readonly HeldNetworkSet[]
  /** Objects and prefixes of the network set once all is written. */
  readonly objects: number
  /** Prefixes of them together. */
  readonly prefixes: number
}
/** What is to be written, or one sentence why nothing may be (contract G-02). */
export type NetworkSetPlan = NetworkSetChanges | { readonly kind: 'refused'; readonly message: string }

/**
 * What to write so that the feed's network set covers exactly its addresses (contract G-01 to G-05): one object, `threatfeed.<name>`, as
 * long as that holds them all, else as many as it takes, of which that one owns the lowest addresses. An object without our label is
 * never touched, unless adopted or marked by a span of ours. An owner reference plays no part (contract G-05).
 *
 * @param existing those that have a name of the feed's, whoever made them, and those labelled with its uid.
 */
export function planNetworkSet(
  wish: NetworkSetWish,
  existing: readonly HeldNetworkSet[],
  limits: NetworkSetLimits = NETWORK_SET_LIMITS,
): NetworkSetPlan {
  const primary = networkSetName(wish.feedName)
  const ours = existing.filter((object) => isOurs(object, wish))
  if (wish.ranges === null) return { kind: 'changes', creates: [], keeps: [], removes: ours, objects: 0, prefixes: 0 }

  const inTheWay = existing.find((object) => object.name === primary && !ours.includes(object))
  if (inTheWay !== undefined && !wish.adopt) {
    return {
      kind: 'refused',
      message: `the GlobalNetworkSet ${primary} exists and is not this feed's; the annotation ${ANNOTATION_PREFIX}adopt: "true" on the feed takes it over`,
    }
  }
  const owners = spanOwners(inTheWay === undefined ? ours : [...ours, inTheWay], primary)
  const pieces = layOut(owners, wish.ranges, limits)

  const used = new Set(existing.map(({ name }) => name))
  const creates: PlannedObject[] = []
  const keeps: NetworkSetChanges['keeps'][number][] = []
  for (const { span, owner } of pieces) {
    const name = owner?.name ?? (span.first === EVERY_ADDRESS.first ? primary : furtherName(wish.feedName, used))
    used.add(name)
    const planned = planObject(name, span, wish, pieces.length)
    if (owner === null) creates.push(planned)
    else keeps.unshift({ held: owner, planned })
  }
  const kept = new Set(keeps.map(({ held }) => held))
  return {
    kind: 'changes',
    creates,
    keeps,
    removes: ours.filter((object) => !kept.has(object)),
    objects: pieces.length,
    prefixes: pieces.reduce((sum, piece) => sum + piece.prefixes, 0),
  }
}

/** The object with its prefixes: a few hundred kB, so one at a time. */
export function contentOf({ name, span, labels, annotations }: PlannedObject, ranges: MergedRanges): NetworkSet {
  return { name, labels, annotations, nets: netsIn(ranges, span) }
}

/**
 * Labelled with the feed's uid; or, while the feed lives, of its name and labelled by a former life of it, or without a label and still
 * marked with a span, which nobody else writes: the label was taken off.
 */
function isOurs(object: HeldNetworkSet, wish: NetworkSetWish): boolean {
  const label = object.labels[FEED_UID_LABEL]
  if (label === wish.uid) return true
  const marked = label !== undefined || object.annotations[SPAN_ANNOTATION] !== undefined
  return wish.live && marked && feedOfNetworkSet(object.name) === wish.feedName
}

/**
 * Who owns which span, by the annotations. The primary object always begins at the lowest address, and reaches to the end where it does
 * not say how far. A further object that does not say what it owns, or begins where another one does, owns nothing.
 */
function spanOwners(objects: readonly HeldNetworkSet[], primary: string): readonly SpanOwner[] {
  const owners = new Map<bigint, SpanOwner>()
  for (const object of [...objects].sort((a, b) => numberOfNetworkSet(a.name) - numberOfNetworkSet(b.name))) {
    const written = readSpan(object.annotations[SPAN_ANNOTATION] ?? '')
    const span = object.name === primary ? { ...(written ?? EVERY_ADDRESS), first: EVERY_ADDRESS.first } : written
    if (span === null || (span.first === EVERY_ADDRESS.first && object.name !== primary) || owners.has(span.first)) continue
    owners.set(span.first, { object, span })
  }
  return [...owners.values()]
}

function planObject(name: string, span: Span, wish: NetworkSetWish, objects: number): PlannedObject {
  const annotations = objects === 1 ? {} : { [SPAN_ANNOTATION]: spanText(span) }
  return { name, span, labels: { ...wish.labels, [FEED_UID_LABEL]: wish.uid }, annotations }
}
