import type { DocumentVersion } from '../../domain/run/references.ts'

/** Which chunks make a blob. Its id is the blob's SHA-256. */
export interface Manifest {
  readonly upload: string
  readonly chunks: number
  /** Unpacked. */
  readonly bytes: number
  /** When someone last said that they want it: the collector leaves it alone for a day. */
  readonly touchedAt: Date
}

export interface StoredManifest {
  readonly version: DocumentVersion
  /** null when the document is there and is no manifest. */
  readonly manifest: Manifest | null
}

export function manifestDocument({ upload, chunks, bytes, touchedAt }: Manifest): Readonly<Record<string, unknown>> {
  return { kind: 'manifest', upload, chunks, bytes, touched_at: touchedAt.toISOString() }
}

export function manifestOf(source: unknown): Manifest | null {
  if (typeof source !== 'object' || source === null) return null
  const { upload, chunks, bytes, touched_at: touched } = source as Readonly<Record<string, unknown>>
  if (typeof upload !== 'string' || !Number.isSafeInteger(chunks) || !Number.isSafeInteger(bytes) || typeof touched !== 'string') return null
  const touchedAt = new Date(touched)
  return Number.isNaN(touchedAt.getTime()) ? null : { upload, chunks: Number(chunks), bytes: Number(bytes), touchedAt }
}
