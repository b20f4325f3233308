import { type Prefix, prefixText } from '../addresses/prefix.ts'
import { mergeRanges, prefixesOfRanges, type Range } from '../addresses/range.ts'
import { ANNOTATION_PREFIX } from '../feed/feed.ts'
import { FEED_UID_LABEL, type NetworkSetObject, SPAN_ANNOTATION } from './network-set.ts'

/**
 * Most prefixes in one object: the API server took 0.8 s to write 20,000 and 4 s to write 50,000 (nets are a list of type set, compared
 * pairwise), and 20,000 of the longest, 46 characters with their quotes and comma, are 0.9 MB of the 1.5 MiB that etcd takes.
 */
export const MAX_PREFIXES = 20_000

const NAME_PREFIX = 'threatfeed.'
/** `threatfeed.<name>`, and `threatfeed-<k>.<name>` for further ones (contract G-01, G-04). */
const OBJECT_NAME = /^threatfeed(?:-\d+)?\.(.+)$/

export function networkSetName(feedName: string): string {
  return NAME_PREFIX + feedName
}

/** The feed whose network set has this name, or null for a name that is no network set's of a feed. */
export function feedOfNetworkSet(name: string): string | null {
  return OBJECT_NAME.exec(name)?.[1] ?? null
}

export interface NetworkSetWish {
  readonly feedName: string
  /** The life of the feed that this is planned for. */
  readonly uid: string
  /** Whether the resource exists with this uid now: what a former life of it left is then its own. */
  readonly live: boolean
  /** Those of the stanza, valid. */
  readonly labels: Readonly<Record<string, string>>
  /** Take over an object that someone else made. */
  readonly adopt: boolean
  /** Addresses to cover, in any order, overlapping or not; null removes what is ours. */
  readonly ranges: Iterable<Range> | null
}

/**
 * Writes, to be made in this order: creates, updates, removals. What was and stays in the set is covered at every point in between.
 */
export interface NetworkSetChanges {
  readonly kind: 'changes'
  readonly creates: readonly NetworkSetObject[]
  readonly updates: readonly NetworkSetObject[]
  readonly removes: readonly NetworkSetObject[]
  /** Objects and prefixes of the network set once all is written. */
  readonly objects: number
  readonly prefixes: number
}
export type NetworkSetPlan = NetworkSetChanges | { readonly kind: 'refused'; readonly message: string }

/**
 * What to write so that the feed's network set covers exactly its addresses, with the smallest list of prefixes (contract G-01 to G-03).
 * One object holds them all; a set that needs more prefixes than that is refused, and what exists stays as it is. An object without
 * our label is never touched, unless adopted. An owner reference plays no part (contract G-05).
 *
 * @param existing the object of the feed's name, whoever made it, and all that carry the feed's uid.
 */
export function planNetworkSet(wish: NetworkSetWish, existing: readonly NetworkSetObject[]): NetworkSetPlan {
  const name = networkSetName(wish.feedName)
  const owned = existing.filter((object) => isOurs(object, wish))
  if (wish.ranges === null) return { kind: 'changes', creates: [], updates: [], removes: owned, objects: 0, prefixes: 0 }

  const current = existing.find((object) => object.name === name)
  if (current !== undefined && !isOurs(current, wish) && !wish.adopt) {
    return {
      kind: 'refused',
      message: `the GlobalNetworkSet ${name} exists and is not this feed's; the annotation ${ANNOTATION_PREFIX}adopt: "true" on the feed takes it over`,
    }
  }
  const prefixes = prefixesOfRanges(mergeRanges(wish.ranges))
  if (prefixes.length > MAX_PREFIXES) {
    return {
      kind: 'refused',
      message: `the set needs ${prefixes.length} prefixes, and a GlobalNetworkSet holds at most ${MAX_PREFIXES}; ${name} is left as it is`,
    }
  }
  const wanted = wantedObject(name, wish, prefixes)
  const settled = { objects: 1, prefixes: prefixes.length, removes: owned.filter((object) => object.name !== name) }
  if (current === undefined) return { kind: 'changes', creates: [wanted], updates: [], ...settled }
  const updates = isSame(current, wanted) ? [] : [{ ...current, ...wanted }]
  return { kind: 'changes', creates: [], updates, ...settled }
}

/** Labelled with the feed's uid; or, while the feed lives, of its name and labelled by a former life of it. */
function isOurs(object: NetworkSetObject, wish: NetworkSetWish): boolean {
  const owner = object.labels[FEED_UID_LABEL]
  if (owner === undefined) return false
  return owner === wish.uid || (wish.live && object.name === networkSetName(wish.feedName))
}

/** Without a span: one object owns every address. */
function wantedObject(name: string, wish: NetworkSetWish, prefixes: readonly Prefix[]): NetworkSetObject {
  return { name, labels: { ...wish.labels, [FEED_UID_LABEL]: wish.uid }, annotations: {}, nets: prefixes.map(prefixText) }
}

/** Labels and prefixes alike in any order, and no span; others' annotations do not matter. */
function isSame(current: NetworkSetObject, wanted: NetworkSetObject): boolean {
  return (
    current.annotations[SPAN_ANNOTATION] === undefined &&
    sorted(Object.entries(current.labels).map(String)) === sorted(Object.entries(wanted.labels).map(String)) &&
    sorted(current.nets) === sorted(wanted.nets)
  )
}

function sorted(texts: readonly string[]): string {
  return [...texts].sort().join('\n')
}
