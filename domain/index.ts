/**
 * What the core has to offer, on web standards alone: it runs in Node, in Deno, and in isolates that have neither `process` nor `Buffer`.
 * Nothing here does I/O; bodies come as bytes, sets go as texts.
 *
 * @module
 */

// A resource as it came from an API server or a file (contract V).
export { type Content, CONTENTS } from './feed/content.ts'
export type { CsvFormat, Feed, FeedOptions, Format, HeaderReference, HeaderSpec, Problem, PullSpec, ReadFeed, ReferenceKind } from './feed/feed.ts'
export type { FeedRating } from './events/severity.ts'
export { type DurationResult, formatDuration, parseDuration } from './feed/duration.ts'
export { readFeed } from './feed/read-feed.ts'

// A body in one of three formats (contract F, P-11).
export type { GiveWay } from './formats/give-way.ts'
export { parseBody, type ParseBody, type ParseOptions, type ParseResult } from './formats/parse-body.ts'

// Single values in their canonical form (contract N).
export { type Prefix, parsePrefix, prefixText } from './addresses/prefix.ts'
export type { Range } from './addresses/range.ts'
export { unicodeName } from './names/ace-label.ts'
export { canonicalName, logName } from './names/canonical-name.ts'

// Sets of them.
export type { IndicatorSet, ParsedSet, RejectedSample, RejectionReason, Rejections, SetRef } from './sets/indicator-set.ts'
export { delta, intersect, subtract, union } from './sets/algebra.ts'
export { emptySet } from './sets/make-set.ts'
export { membersOf } from './sets/members.ts'
export { prefixesOf } from './sets/prefixes.ts'
export { readSet, type ReadSet } from './sets/read-set.ts'
export { SET_FIELDS, setFromValues, type ValuesResult } from './sets/set-from-values.ts'

// What a feed's run does next, and how older logs are searched.
export { nextStep, type Step } from './run/next-step.ts'
export { freshMarks, type LoopMarks, type Reported, type Requests, type RunView, STEP_KINDS, type StepKind } from './run/run-view.ts'
export { CONDITION_TYPES, type ConditionType, type ErrorCondition, type FeedState, freshState, type Observed, type RunSettings } from './run/state.ts'
export type { BlobRef, DocumentVersion, Validators } from './run/references.ts'
export type { Debt, Span as LogSpan, WindowCursor } from './search/window.ts'
export type {
  NetworkSetFigures,
  NetworkSetWish as ObservedNetworkSet,
  Owed,
  OwedSet,
  Pending,
  PulledBody,
  RejectedCounts,
  SetDelta,
  Version,
} from './run/state.ts'
export { observe } from './feed/observe.ts'
export { type Calibration, UNCALIBRATED, type Way } from './search/calibration.ts'
export { choosePlan, type Plan, type Workload } from './search/planner.ts'

// Network sets of any size (contract G).
export type { IPv4Ranges } from './addresses/ipv4-ranges.ts'
export type { IPv6Ranges } from './addresses/ipv6-ranges.ts'
export { MergedRanges } from './addresses/merged-ranges.ts'
export { rangesOf } from './sets/prefixes.ts'
export { atOnce, bitByBit, type InStretches } from './formats/give-way.ts'
export { NETWORK_SET_LIMITS, type NetworkSetLimits } from './network-set/limits.ts'
export type { HeldNetworkSet, NetworkSet } from './network-set/network-set.ts'
export { contentOf, type NetworkSetChanges, type NetworkSetPlan, type NetworkSetWish, type PlannedObject, planNetworkSet } from './network-set/plan.ts'
export type { Position as SpanEnd, Span } from './network-set/span.ts'

// What a body would make of a feed, with what would fit it better (contract V-22).
export type { AddressFacts } from './preview/address-facts.ts'
export type { Column } from './preview/columns.ts'
export type { Body } from './preview/head.ts'
export type { NameFacts } from './preview/name-facts.ts'
export type { Overlap } from './preview/overlaps.ts'
export { type Preview, previewBody } from './preview/preview.ts'
export type { Outcome, Suggestion } from './preview/suggest.ts'
