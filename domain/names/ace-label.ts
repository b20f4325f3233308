import { decode, encode } from 'punycode/punycode.es6.js'

const PREFIX = 'xn--'

export function isAceLabel(label: string): boolean {
  return label.startsWith(PREFIX)
}

/**
 * The Unicode form of a lower-case ACE label (RFC 3492, RFC 5890), or null when it is broken: it does not decode, says nothing that
 * ASCII could not, or is not what its decoded form encodes to.
 */
export function decodeAceLabel(label: string): string | null {
  let decoded: string
  try {
    decoded = decode(label.slice(PREFIX.length))
  } catch {
    return null
  }
  return NON_ASCII.test(decoded) && encode(decoded) === label.slice(PREFIX.length) ? decoded : null
}

const NON_ASCII = /[^\0-\x7f]/

/** A canonical name as people read it; labels that do not decode stay as they are. */
export function unicodeName(name: string): string {
  if (!name.includes(PREFIX)) return name
  return name
    .split('.')
    .map((label) => (isAceLabel(label) ? (decodeAceLabel(label) ?? label) : label))
    .join('.')
}
