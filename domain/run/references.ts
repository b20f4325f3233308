/** Which feed of which cluster, and which life of it: a recreated resource has another uid. */
export interface FeedKey {
  readonly cluster: string
  readonly name: string
  readonly uid: string
}

/** Bytes by their SHA-256, held in the blob store. */
export interface BlobRef {
  /** Lower-case hex. */
  readonly sha256: string
  /** Length in bytes, unpacked. */
  readonly bytes: number
  /** What the put that gave this wrote, if there was no such blob before: as long as it is the last to be written, nobody else wants it. */
  readonly made?: DocumentVersion
}

/** What a host said about a body, sent back with the next request (contract P-03). */
export interface Validators {
  /** `ETag` of the answer, as it was spelled. */
  readonly etag?: string
  /** `Last-Modified` of the answer, as it was spelled. */
  readonly lastModified?: string
}

/** Which write of a document this is: Elasticsearch's sequence number and primary term. */
export interface DocumentVersion {
  /** `_seq_no`. */
  readonly seqNo: number
  /** `_primary_term`. */
  readonly primaryTerm: number
  /**
   * uuid of the index, of documents that others write too: an index that was deleted and made again counts from zero, so that another
   * document may bear the same numbers. Absent for our own documents.
   */
  readonly index?: string
}

export function sameVersion(a: DocumentVersion | null, b: DocumentVersion | null): boolean {
  return a?.seqNo === b?.seqNo && a?.primaryTerm === b?.primaryTerm && a?.index === b?.index
}

