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

/** The defaults. */
export const HTTP_LIMITS: HttpLimits = {
  // Three SYNs (at 0, 1 and 3 s) and a TLS handshake over a slow line fit in it.
  connectMs: 10_000,
  // Feeds made on demand take seconds; half a minute is what most gateways allow their own backends.
  firstByteMs: 30_000,
  // The largest public list is under 30 MB as text; 100 MiB leaves room for three times that.
  wireBytes: 100 * MIB,
  // http to https, to www, to a mirror, to a signed object: four, and one to spare.
  redirects: 5,
}

/** Bytes as people write them: `100 MiB`, `4096 bytes`. */
export function sizeText(bytes: number): string {
  return bytes >= MIB && bytes % MIB === 0 ? `${bytes / MIB} MiB` : `${bytes} bytes`
}

/** Milliseconds as people write them: `30 s`, `250 ms`. */
export function durationText(ms: number): string {
  return ms >= 1000 ? `${Math.round(ms / 100) / 10} s` : `${ms} ms`
}
