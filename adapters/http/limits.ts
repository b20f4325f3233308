/** What one attempt at a feed may cost (contract P-07). The whole attempt and the unpacked size come with each request. */
export interface HttpLimits {
  /** Resolving the name, TCP and TLS, for each hop, milliseconds. */
  readonly connectMs: number
  /** From the request's last byte to the answer's headers, for each hop, milliseconds. */
  readonly firstByteMs: number
  /** Bytes of the body as it is sent, before unpacking. */
  readonly wireBytes: number
  readonly redirects: number
}

const MIB = 1024 * 1024

/** Bytes as people write them: `100 MiB`, `4096 bytes`. */
export function sizeText(bytes: number): string {
  return bytes >= MIB && bytes % MIB === 0 ? `${bytes / MIB} MiB` : `${bytes} bytes`
}

/** Milliseconds as people write them: `30 s`, `250 ms`. */
export function durationText(ms: number): string {
  return ms >= 1000 ? `${Math.round(ms / 100) / 10} s` : `${ms} ms`
}
