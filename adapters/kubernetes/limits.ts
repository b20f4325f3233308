/** Figures of the Kubernetes adapter, with their reasons. Times in milliseconds unless a name says otherwise. */

/** One request: etcd takes seconds for an object of 20,000 prefixes, a server under load some more; the API server gives up at 60 s. */
export const REQUEST_TIMEOUT_MS = 30_000

/** An object is at most 1.5 MiB in etcd; as JSON, with its managed fields beside it, less than four times that. */
export const OBJECT_MAX_BYTES = 6 * 1024 * 1024

/** Whole feeds on one page of a list, and the bytes they may have: 50 of the largest that etcd takes. */
export const FEED_PAGE = 50
export const PAGE_MAX_BYTES = 80 * 1024 * 1024

/** Metadata alone is a few kB an object: network sets of all feeds, referenced Secrets and ConfigMaps. */
export const METADATA_PAGE = 500

/** A discovery document names a few dozen kinds. */
export const DISCOVERY_MAX_BYTES = 4 * 1024 * 1024

/** A list is at most this many objects: 2,000 pages of whole feeds, a hundred times what one worker runs. */
export const LIST_MAX_OBJECTS = 100_000

/** Lists again this often: what a watch lost without an error is found then. */
export const RELIST_MS = 300_000

/**
 * A network set of 1,000,000 prefixes is 72 writes, one every 0.6 s: each is seen by the watch, and its feed is told when none has come for
 * 5 s. After 20 s it is told in any case: an edit by others is to be undone within a minute (contract G-05), and comparing takes 8 s.
 */
export const GATHER_QUIET_MS = 5_000
export const GATHER_MOST_MS = 20_000

/** A group moves to another server when somebody installs one: once in the life of a cluster. */
export const OWNER_GROUP_FRESH_MS = 60_000

/** The server ends a watch after its `timeoutSeconds`; one that it forgot to end is cut here. */
export const WATCH_GRACE_MS = 30_000

/** The shortest watch is asked for a second: one that ended before half of that, without an event, is one that the server does not give. */
export const ENDED_AT_ONCE_MS = 500

/** First pause after a failed list or watch, doubled to the greatest one; a watch that lived longer than a minute starts over. */
export const BACKOFF_MIN_MS = 1_000
export const BACKOFF_MAX_MS = 30_000
export const HEALTHY_AFTER_MS = 60_000

/** Writes that lose a race are tried again from a fresh read: ten writers in a row before us would be a loop, not a race. */
export const LOST_RACES = 10

/** A server that is too busy asks to come again, mostly after a second; for longer than this the caller's own timer is better. */
export const BUSY_TRIES = 5
export const BUSY_MAX_S = 10
