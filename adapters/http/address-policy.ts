import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** A prefix such as `10.0.0.0/8`; mapped IPv6 prefixes longer than /96 are held as IPv4. */
export interface AddressRange {
  readonly text: string
  readonly network: Address
  readonly bits: number
}

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly why: string }

/** Which addresses a feed may be pulled from (contract P-10). Pure; knows addresses, not names. */
export interface AddressPolicy {
  /** Judges an address in any spelling; what is no address is refused. */
  judge(address: string): Verdict
}

/**
 * Refused unless FEED_ALLOWED_RANGES names them: what a feed's author could otherwise read through the worker though it is meant for
 * the worker's machine alone. The clouds' metadata addresses outside the link-local range are listed one by one, but for
 * AWS's: it keeps a range for them and for services like them, such as the credentials of pods (fd00:ec2::23).
 */
const REFUSED: readonly (readonly [range: string, why: string])[] = [
  ['0.0.0.0/8', 'an unspecified address'],
  ['127.0.0.0/8', 'a loopback address'],
  ['169.254.0.0/16', 'a link-local or metadata address'],
  ['224.0.0.0/4', 'a multicast address'],
  ['255.255.255.255/32', 'the broadcast address'],
  ['100.100.100.200/32', 'a metadata address'],
  ['168.63.129.16/32', 'a metadata address'],
  ['192.0.0.192/32', 'a metadata address'],
  ['::/128', 'an unspecified address'],
  ['::1/128', 'a loopback address'],
  ['fe80::/10', 'a link-local address'],
  ['ff00::/8', 'a multicast address'],
  ['fd00:ec2::/32', 'a metadata address'],
  ['fd20:ce::254/128', 'a metadata address'],
  ['fd00:42::42/128', 'a metadata address'],
]

/**
 * IPv6 ranges whose addresses hold an IPv4 address that the packet may end at, and the bytes in which it stands. Teredo holds it with
 * every bit turned over. A NAT64 prefix of a site's own cannot be known here: FEED_DENIED_RANGES can name it.
 */
const EMBEDDED: readonly { readonly range: string; readonly bytes: readonly [number, number, number, number]; readonly inverted?: true }[] = [
  { range: '::/96', bytes: [12, 13, 14, 15] }, // IPv4-compatible, RFC 4291 2.5.5.1
  { range: '::ffff:0:0/96', bytes: [12, 13, 14, 15] }, // IPv4-mapped, RFC 4291 2.5.5.2
  { range: '::ffff:0:0:0/96', bytes: [12, 13, 14, 15] }, // IPv4-translated, RFC 2765
  { range: '64:ff9b::/96', bytes: [12, 13, 14, 15] }, // NAT64, RFC 6052
  { range: '64:ff9b:1::/48', bytes: [12, 13, 14, 15] }, // NAT64 for local use, RFC 8215, as a /96
  { range: '64:ff9b:1::/48', bytes: [6, 7, 9, 10] }, // the same as a /48, RFC 6052 2.2
  { range: '2002::/16', bytes: [2, 3, 4, 5] }, // 6to4, RFC 3056
  { range: '2001::/32', bytes: [12, 13, 14, 15], inverted: true }, // Teredo, RFC 4380
]

const refused = REFUSED.map(([text, why]) => ({ range: mustParse(text), why }))
const embedded = EMBEDDED.map((entry) => ({ ...entry, range: mustParse(entry.range) }))

export function createAddressPolicy(ranges: {
  readonly allowed: readonly AddressRange[]
  /** Wins over `allowed`. */
  readonly denied: readonly AddressRange[]
}): AddressPolicy {
  return {
    judge(text) {
      const address = parseAddress(text)
      if (address === null) return { ok: false, why: 'not an address' }
      const forms = [address, ...embeddedAddresses(address)]
      const denied = ranges.denied.find((range) => forms.some((form) => within(form, range)))
      if (denied) return { ok: false, why: `in ${denied.text}, which FEED_DENIED_RANGES names` }
      for (const form of forms) {
        const found = refused.find(({ range }) => within(form, range))
        // The address as written may be allowed by an IPv6 prefix, the one it holds by an IPv4 prefix.
        if (found && !ranges.allowed.some((range) => within(form, range) || within(address, range))) {
          return { ok: false, why: `${found.why}, which FEED_ALLOWED_RANGES does not name` }
        }
      }
      return { ok: true }
    },
  }
}

/** Whether an address, in any spelling, lies in one of the ranges; a name never does. */
export function inRanges(text: string, ranges: readonly AddressRange[]): boolean {
  const address = parseAddress(text)
  return address !== null && ranges.some((range) => within(address, range))
}

/** Reads a comma-separated list of prefixes; a bare address is a prefix of its full length. All problems are reported. */
export function parseRanges(text: string): { readonly ranges: readonly AddressRange[]; readonly problems: readonly string[] } {
  const ranges: AddressRange[] = []
  const problems: string[] = []
  for (const part of text.split(',').map((entry) => entry.trim())) {
    if (part === '') continue
    const range = parseRange(part)
    if (range) ranges.push(range)
    else problems.push(`${part.slice(0, 50)} is not a prefix such as 10.0.0.0/8 or fd00::/8`)
  }
  return { ranges, problems }
}

function parseRange(text: string): AddressRange | null {
  const [base = '', length, ...more] = text.split('/')
  if (more.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return null
  const strict = ipaddr.IPv4.isValidFourPartDecimal(base) || ipaddr.IPv6.isValid(base)
  const parsed = strict ? withoutZone(base) : null
  if (!parsed) return null
  const width = parsed.kind() === 'ipv4' ? 32 : 128
  const bits = length === undefined ? width : Number(length)
  if (bits > width) return null
  if (parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() && bits > 96) {
    return { text, network: parsed.toIPv4Address(), bits: bits - 96 }
  }
  return { text, network: parsed, bits }
}

function mustParse(text: string): AddressRange {
  const parsed = parseRange(text)
  if (!parsed) throw new Error(`not a prefix: ${text}`)
  return parsed
}

function parseAddress(text: string): Address | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  return ipaddr.isValid(bare) ? withoutZone(bare) : null
}

/** A zone (`fe80::1%eth0`) says through which interface, not which address. */
function withoutZone(text: string): Address {
  return ipaddr.parse(text.split('%')[0] ?? text)
}

function embeddedAddresses(address: Address): readonly ipaddr.IPv4[] {
  if (address instanceof ipaddr.IPv4) return []
  const bytes = address.toByteArray()
  const found = embedded
    .filter(({ range }) => within(address, range))
    .map((entry) => new ipaddr.IPv4(entry.bytes.map((at) => (bytes[at] ?? 0) ^ (entry.inverted ? 0xff : 0))))
  // ISATAP (RFC 5214) marks its addresses in the interface identifier, under any prefix.
  const isatap = (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe
  return isatap ? [...found, new ipaddr.IPv4(bytes.slice(12))] : found
}

function within(address: Address, range: AddressRange): boolean {
  if (address instanceof ipaddr.IPv4) return range.network instanceof ipaddr.IPv4 && address.match(range.network, range.bits)
  return range.network instanceof ipaddr.IPv6 && address.match(range.network, range.bits)
}
