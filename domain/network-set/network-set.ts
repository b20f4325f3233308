/** A GlobalNetworkSet in the parts that concern us. */
export interface NetworkSetObject {
  readonly name: string
  /** Absent on one yet to be created. */
  readonly uid?: string
  readonly resourceVersion?: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly nets: readonly string[]
}

/** Label that says whose network set it is: the feed's uid (contract G-02). */
export const FEED_UID_LABEL = 'threatfeeds.projectcalico.org/feed-uid'
/** Annotation with the span of addresses an object owns (contract G-04). */
export const SPAN_ANNOTATION = 'threatfeeds.projectcalico.org/span'
