/** Octets of a label, and of a name without the root's dot (RFC 1035, 2.3.4; VerifyDnsLength of UTS-46). */
export const MAX_LABEL = 63
export const MAX_NAME = 253
