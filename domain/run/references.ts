/** Which feed of which cluster, and which life of it: a recreated resource has another uid. */
export interface FeedKey {
  readonly cluster: string
  readonly name: string
  readonly uid: string
}

/** Bytes by their SHA-256, held in the blob store. */
export interface BlobRef {
  readonly sha256: string
  /** Length in bytes, unpacked. */
  readonly bytes: number
}

/** What a host said about a body, sent back with the next request (contract P-03). */
export interface Validators {
  readonly etag?: string
  readonly lastModified?: string
}

/** Which write of a document this is: Elasticsearch's sequence number and primary term. */
export interface DocumentVersion {
  readonly seqNo: number
  readonly primaryTerm: number
}

