import type { Content } from '../../domain/feed/content.ts'
import type { DocumentVersion } from '../../domain/run/references.ts'
import type { IndicatorSet } from '../../domain/sets/indicator-set.ts'

/** A feed's set document as it lies in the store: raw, since a pusher may have written it. */
export interface StoredDocument {
  readonly version: DocumentVersion
  /** Value of the one field that counts (`ips` or `domains`), of any shape; undefined when it is missing. */
  readonly members: unknown
  /** Names of all its fields, for the message of a wrong shape. */
  readonly fields: readonly string[]
}

/** The documents of `.tigera.ipset.<cluster>` and `.tigera.domainnameset.<cluster>` (contract S-01 to S-05). */
export interface SetStore {
  /** Version alone, without its members: two small realtime reads. Versions of this store name the making of their index. */
  version(content: Content, name: string, signal: AbortSignal): Promise<DocumentVersion | null>
  read(content: Content, name: string, signal: AbortSignal): Promise<StoredDocument | null>
  /**
   * Writes the set with optimistic concurrency: `expected` null means create-only.
   * @returns the new version, or null when another writer was first.
   */
  write(set: IndicatorSet, name: string, expected: DocumentVersion | null, signal: AbortSignal): Promise<DocumentVersion | null>
  /** Removes the document if it is still this version. @returns whether it was. */
  remove(content: Content, name: string, expected: DocumentVersion, signal: AbortSignal): Promise<boolean>
}
