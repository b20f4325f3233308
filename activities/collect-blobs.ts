import type { BlobCollection, BlobReferences, Page } from './ports/blob-collection.ts'

export interface CollectBlobsPorts {
  readonly collection: BlobCollection
  readonly references: BlobReferences
  readonly now: () => Date
}

/** What one round took. */
export interface Collected {
  readonly blobs: number
  /** Of uploads that no manifest names; those of the blobs are not counted. */
  readonly strayChunks: number
  readonly pullRecords: number
}

/**
 * A blob is left alone for a day after it was last stored or touched. A step that stores or touches one names it in a document before
 * it ends, and lasts ten minutes at most (workflows/steps.ts): whoever wanted it a day ago has named it, or never will.
 */
const GRACE_MS = 24 * 3_600_000
/** 100,000 blobs and as many uploads in a round; the next goes on where it stopped. */
const PAGES_IN_ROUND = 200

/**
 * Takes what nothing refers to (docs/architecture.md, "What is left behind"). Two at once, one that dies at any moment, and one of
 * another version do no harm: all that is removed is removed by the version that was judged.
 */
export class BlobCollector {
  readonly #ports: CollectBlobsPorts
  #blobsAfter: string | null = null
  #uploadsAfter: string | null = null

  constructor(ports: CollectBlobsPorts) {
    this.#ports = ports
  }

  /**
   * One round, a page at a time.
   * @throws FeedFailure `StoreFailed`; what was not done then, the next round finds.
   */
  async round(signal: AbortSignal): Promise<Collected> {
    const { collection, references, now } = this.#ports
    const since = new Date(now().getTime() - GRACE_MS)
    const pullRecords = await references.removeGivenUp(since, signal)
    let blobs = 0
    this.#blobsAfter = await throughPages(
      this.#blobsAfter,
      (after) => collection.untouched(since, after, signal),
      async (page) => {
        // Asked after the page was listed: a document that is written later is a later wish, and made another version of the blob.
        const named = await references.named(page.map(({ sha256 }) => sha256), signal)
        blobs += await collection.removeBlobs(page.filter(({ sha256 }) => !named.has(sha256)), signal)
      },
    )
    let strayChunks = 0
    this.#uploadsAfter = await throughPages(
      this.#uploadsAfter,
      (after) => collection.stray(since, after, signal),
      async (page) => {
        strayChunks += await collection.removeUploads(page, signal)
      },
    )
    return { blobs, strayChunks, pullRecords }
  }
}

/** @returns where to go on in the next round; null: from the beginning. */
async function throughPages<Item>(
  from: string | null,
  list: (after: string | null) => Promise<Page<Item>>,
  take: (items: readonly Item[]) => Promise<void>,
): Promise<string | null> {
  let after = from
  for (let pages = 0; pages < PAGES_IN_ROUND; pages += 1) {
    const { items, next } = await list(after)
    if (items.length > 0) await take(items)
    if (next === null) return null
    after = next
  }
  return after
}
