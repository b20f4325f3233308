/** What is written into a GlobalNetworkSet: the parts that concern us. */
export interface NetworkSet {
  /** Of the resource, at most 253 characters. */
  readonly name: string
  /** All of them: one that is not here is taken off. */
  readonly labels: Readonly<Record<string, string>>
  /** Ours alone; others' stay. */
  readonly annotations: Readonly<Record<string, string>>
  /** Prefixes in canonical form, IPv4 before IPv6, of which none touches another. */
  readonly nets: readonly string[]
}

/** A GlobalNetworkSet that exists, without what it holds. */
export interface HeldNetworkSet {
  /** Of the resource. */
  readonly name: string
  /** Of this life of it: a deletion names it. */
  readonly uid: string
  /** Of this state of it: a write that names an older one is refused. */
  readonly resourceVersion: string
  /** All that it has. */
  readonly labels: Readonly<Record<string, string>>
  /** All that it has, of others too. */
  readonly annotations: Readonly<Record<string, string>>
}

/** Label that says whose network set it is: the feed's uid (contract G-02). */
export const FEED_UID_LABEL = 'threatfeeds.projectcalico.org/feed-uid'
/** Annotation with the span of addresses an object owns (contract G-04). */
export const SPAN_ANNOTATION = 'threatfeeds.projectcalico.org/span'

/** `threatfeed.<name>`, and `threatfeed-<k>.<name>` for further ones (contract G-01, G-04). */
const OBJECT_NAME = /^threatfeed(?:-(\d+))?\.(.+)$/

/** The primary object's name. */
export function networkSetName(feedName: string): string {
  return `threatfeed.${feedName}`
}

/** The further object's name with the least number that is not used: at most 253 characters, since a feed's has at most 230 (contract V-16). */
export function furtherName(feedName: string, used: ReadonlySet<string>): string {
  for (let k = 1; ; k++) {
    const name = `threatfeed-${k}.${feedName}`
    if (!used.has(name)) return name
  }
}

/** The feed whose network set has this name, or null for a name that is no network set's of a feed. */
export function feedOfNetworkSet(name: string): string | null {
  return OBJECT_NAME.exec(name)?.[2] ?? null
}

/** 0 for a primary object, else its `k`. */
export function numberOfNetworkSet(name: string): number {
  return Number(OBJECT_NAME.exec(name)?.[1] ?? 0)
}
