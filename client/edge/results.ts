import type { FeedDescription, FeedSummary } from '../results.ts'

/** As `FeedSummary`, and null where Temporal alone does not tell. */
export type EdgeFeedSummary = Pick<FeedSummary, 'name'> & { readonly [Fact in Exclude<keyof FeedSummary, 'name'>]: FeedSummary[Fact] | null } & {
  /** `Pending`, `Healthy`, `Failing` or `Disabled`, as the run showed it last; null before its first look at the resource. */
  readonly health: string | null
  /** Of the set in force. */
  readonly members: number | null
}

/** As `FeedDescription`; what is null for want of an answer is said in `unavailable`. */
export type EdgeFeedDescription = Omit<FeedDescription, 'content' | 'source' | 'errorConditions'> & {
  readonly [Fact in 'content' | 'source' | 'errorConditions']: FeedDescription[Fact] | null
}
