/** What one object may hold (contract G-04). */
export interface NetworkSetLimits {
  /** Most prefixes of one object. */
  readonly prefixes: number
  /** Bytes of its prefixes as JSON. */
  readonly netsBytes: number
}

/**
 * 20,000 prefixes: the API server took 0.8 s to write as many and 4 s to write 50,000 (nets are a list of type set, compared pairwise).
 * 700 kB as a whole: 670 kB of prefixes leave 30 for a name of 253 characters, 64 labels of at most 317 + 63 characters (25 kB), the
 * span and the identity.
 */
export const NETWORK_SET_LIMITS: NetworkSetLimits = { prefixes: 20_000, netsBytes: 670_000 }

/** The longest prefix has 43 characters (eight groups of four, `/128`), two quotes and a comma. */
const LONGEST_NET_BYTES = 46

/** As many prefixes fit whatever they are. */
export function alwaysFits({ prefixes, netsBytes }: NetworkSetLimits): number {
  return Math.min(prefixes, Math.floor(netsBytes / LONGEST_NET_BYTES))
}

/**
 * What is cut is cut into pieces of at most this many, so that they have room to grow: 14,000, which fit whatever they are. A list of
 * 1,000,000 takes 72 objects.
 */
export function fill(limits: NetworkSetLimits): number {
  return Math.min(alwaysFits(limits), Math.floor(limits.prefixes * 0.7))
}

/**
 * Neighbours that have this many together, 10,000, are joined. What is cut has at least 14,566, and what was joined can grow by 4,566: no
 * member more or less cuts and joins for ever.
 */
export function joinable({ prefixes }: NetworkSetLimits): number {
  return Math.floor(prefixes / 2)
}

export function netBytes(net: string): number {
  return net.length + 3
}
