import { decodeAceLabel, isAceLabel } from './ace-label.ts'

/** What a URL would read as more than a host, or drop (tabs, line ends), and `<`, `=`, `>`, which it refuses before it maps. */
const NOT_OF_A_HOST = /[\0-,/:-@[-^`{-\x7f]/

/** Keeps a last label of digits from being read as an IPv4 address; letters of Latin change no verdict on the labels before them. */
const LAST_LABEL = '.x'

/**
 * Stands in for `toASCII` of `tr46` where its tables of 75 kB are too many: a bundler that takes this file for the package `tr46` makes a core
 * that maps names by the runtime's own `URL` (WHATWG URL, domain to ASCII: UTS-46 with the flags of contract N-04). Which version of Unicode
 * that is hangs on the runtime, and some judge the bidi rule label by label: a set with such names may have another hash than the worker's,
 * which is why the worker takes the tables.
 *
 * @returns null when it cannot be mapped.
 */
export function toASCII(text: string): string | null {
  if (NOT_OF_A_HOST.test(text)) return null
  const ascii = hostOf(text)
  return ascii === null || isOfUnicode(ascii) ? ascii : null
}

function hostOf(text: string): string | null {
  try {
    return new URL(`http://${text}${LAST_LABEL}/`).hostname.slice(0, -LAST_LABEL.length)
  } catch {
    return null
  }
}

/** Some runtimes pass on any label that begins as ACE does: what such labels decode to must be what would be written so. */
function isOfUnicode(ascii: string): boolean {
  const labels = ascii.split('.')
  if (!labels.some(isAceLabel)) return true
  const decoded = labels.map((label) => (isAceLabel(label) ? decodeAceLabel(label) : label))
  return !decoded.includes(null) && hostOf(decoded.join('.')) === ascii
}
