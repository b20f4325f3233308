/** Longer than any real feed's; it keeps the API server's rules cheap, whose cost grows with the text (contract V-18). */
export const MAX_URL = 2_048

const HTTP = /^https?:\/\//i
/** Scheme, host (a name, or an address in brackets), port up to 65535, and the rest: printable, without spaces. */
const SHAPE =
  /^https?:\/\/(\[[0-9a-f:.]+\]|[^\u0000-\u0020\u007f/?#@:\\[\]<>"^`{|}%]+)(:(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4}))?([/?#][^\u0000-\u0020\u007f]*)?$/i
const USER_INFO = /^https?:\/\/[^/?#\\]*@/i
/** A last label of digits makes a host an IPv4 address, and then it must be one in full: `10.1` would mean 10.0.0.1. */
const NUMERIC_HOST = /(^|\.)(0x[0-9a-f]*|[0-9]+)\.?$/i
const IPV4 = /^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.|$)){4}$/

/** Why a text cannot be the url of a feed, or null (contract V-07). Never repeats any of it: it may hold a key. */
export function feedUrlProblem(url: string): string | null {
  if (url === '') return 'must not be empty'
  const length = [...url].length
  if (length > MAX_URL) return `must have at most ${MAX_URL} characters, found ${length}`
  if (!HTTP.test(url)) return 'must be an absolute url that begins with http:// or https://'
  if (USER_INFO.test(url)) return 'must not hold a user or password; send a header from a Secret instead'
  const host = SHAPE.exec(url)?.[1]
  if (host === undefined || (NUMERIC_HOST.test(host) && !IPV4.test(host)) || !URL.canParse(url)) {
    return 'is not a valid url: a host, perhaps a port up to 65535, and a path without spaces'
  }
  return null
}
