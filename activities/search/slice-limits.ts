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

/**
 * Backward searches of a worker at once, of 32 steps (worker/capacity.ts): a thousand feeds that all got their first set are searched for
 * in turn, while 24 slots remain for what is due every minute.
 */
export const BACKWARD_PLACES = 8

/**
 * A forward search that has more events to write than fit into this is one of few that may last, and ends after two minutes: its feed's
 * run waits for it, and so does whatever that is asked. What is left is owed, and searched the next time.
 */
export const FORWARD_TURN = { longMs: 15_000, mostMs: 120_000 } as const
/** Forward searches of a worker that last, at once: another quarter of its slots. */
export const FORWARD_PLACES = 8

/**
 * Logs of one portion of a slice in which very many match: as many events, written in three seconds (1 MB and 0.1 s a page of 500). A search
 * that ends early, or is taken up by another worker, does at most so much again.
 */
export const PORTION_LOGS = 10_000

/** Where such a share of logs matches, all are read: once each, in place of once for each field in which they match. */
export const CROWD = 0.5
