/**
 * Logs of one digest: at worst each brings a value of its own to each field, 250,000 of some 100 bytes, 75 MB for three fields. A
 * minute of a thousand logs a second is 60,000, and one slice.
 */
export const SLICE_LOGS = 250_000

/**
 * Logs of which distinct addresses are matched page by page, none of which is kept: some seconds, and so much less often the addresses that
 * are in most logs.
 */
export const ADDRESSES_SLICE_LOGS = 2_000_000

/** Logs of one search by a list of values, whose answer is bounded by its pages alone: at 45 ns a log it visits them within a second. */
export const TERMS_SLICE_LOGS = 20_000_000

/** A digest of one slice takes a second on an idle server. */
export const DIGEST_TIMEOUT_MS = 5 * 60_000

/** A backward search returns after about this long, so that its run can continue as new (domain/run/steps.ts). */
export const BACKWARD_SLICE_MS = 45_000
