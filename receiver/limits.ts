/** What one push may cost: that of a pull (contract P-07), but for what is the server's own. */
export interface ReceiverLimits {
  /** Bytes of a body as it is sent. */
  readonly wireBytes: number
  /** Unpacked bytes of a text or csv body, which is read as a stream. */
  readonly streamBytes: number
  /** Unpacked bytes of a json body, which is held as one document. */
  readonly jsonBytes: number
  /** Milliseconds from the first look at the body to its end. */
  readonly bodyMs: number
  /** Milliseconds that may pass without a byte. */
  readonly idleMs: number
  /** Bodies that are read at once: each holds up to a set of 2,000,000 members, some 150 MB. */
  readonly pushes: number
}

const MIB = 1024 * 1024
/** What a server of Node gives a request beyond its body, so that a body that is too slow is ended, and answered, here. Milliseconds. */
const BEYOND_BODY_MS = 60_000

/** How long a server of Node, which has five minutes for every request otherwise, is to let one take. Milliseconds. */
export function requestTimeout({ bodyMs }: Pick<ReceiverLimits, 'bodyMs'>): number {
  return bodyMs + BEYOND_BODY_MS
}

/** Bytes as people write them: `100 MiB`, `4096 bytes`. */
export function sizeText(bytes: number): string {
  return bytes >= MIB && bytes % MIB === 0 ? `${bytes / MIB} MiB` : `${bytes} bytes`
}

/** Milliseconds as people write them: `30 s`, `250 ms`. */
export function durationText(ms: number): string {
  return ms >= 1000 ? `${Math.round(ms / 100) / 10} s` : `${ms} ms`
}
