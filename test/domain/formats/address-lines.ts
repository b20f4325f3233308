import fc from 'fast-check'
import ipaddr from 'ipaddr.js'

/** What a line is: nothing, a canonical member, or an entry that is none. */
export type Verdict = { readonly member: string } | 'blank' | 'rejected'

const OCTET = /^(?:0|[1-9]\d{0,2})$/
const LENGTH = /^(?:0|[1-9]\d{0,2})$/
const SPACE = /^[ \t\r\v\f]+|[ \t\r\v\f]+$/g

/** Judges a line by contract F-01, N-01 and N-02, slowly: with strings, and ipaddr.js held to the one form of each family. */
export function referee(line: string): Verdict {
  const entry = (line.split('#')[0] ?? '').replace(SPACE, '')
  if (entry === '') return 'blank'
  const [address = '', length, ...more] = entry.trim().split('/')
  if (more.length > 0 || (length !== undefined && !LENGTH.test(length))) return 'rejected'
  const bits = length === undefined ? null : Number(length)
  return address.includes(':') ? ipv6(address, bits) : ipv4(address, bits)
}

function ipv4(address: string, length: number | null): Verdict {
  if (!isDottedQuad(address) || (length ?? 0) > 32) return 'rejected'
  return member(ipaddr.IPv4.networkAddressFromCIDR(`${address}/${length ?? 32}`).toString(), length ?? 32)
}

function ipv6(address: string, length: number | null): Verdict {
  // ipaddr.js takes zones, lax dotted parts, and `::1.2.3.4` for `::ffff:1.2.3.4`: a dotted part is made hexadecimal first.
  if (!/^[0-9a-f:.]*$/i.test(address)) return 'rejected'
  const dotted = /^(.*:)([^:]*\.[^:]*)$/.exec(address)
  if (dotted !== null && !isDottedQuad(dotted[2] ?? '')) return 'rejected'
  const octets = (dotted?.[2] ?? '').split('.').map(Number)
  const [a = 0, b = 0, c = 0, d = 0] = octets
  const hexadecimal = dotted === null ? address : `${dotted[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  if (hexadecimal.includes('.') || !ipaddr.IPv6.isValid(hexadecimal) || (length ?? 0) > 128) return 'rejected'
  const parsed = ipaddr.IPv6.parse(hexadecimal)
  if (!parsed.isIPv4MappedAddress()) return member(ipaddr.IPv6.networkAddressFromCIDR(`${hexadecimal}/${length ?? 128}`).toRFC5952String(), length ?? 128)
  return (length ?? 128) <= 96 ? 'rejected' : ipv4(parsed.toIPv4Address().toString(), (length ?? 128) - 96)
}

function isDottedQuad(text: string): boolean {
  const octets = text.split('.')
  return octets.length === 4 && octets.every((octet) => OCTET.test(octet) && Number(octet) <= 255)
}

function member(network: string, length: number): Verdict {
  return { member: `${network}/${length}` }
}

/** Where what is an octet or a length ends. */
const octet = fc.constantFrom('0', '1', '9', '10', '99', '100', '199', '249', '250', '255', '256', '260', '300', '1000', '01', '00')
const ending = fc.constantFrom('', '', '/0', '/1', '/9', '/10', '/31', '/32', '/33', '/40', '/99', '/128', '/00', '/08', '/032', '/', '/8/8', '.1')
const atTheEdge = fc.tuple(fc.array(octet, { minLength: 4, maxLength: 4 }), ending).map(([octets, end]) => octets.join('.') + end)

const address = fc.oneof(
  { weight: 3, arbitrary: atTheEdge },
  { weight: 6, arbitrary: fc.ipV4() },
  { weight: 2, arbitrary: fc.tuple(fc.ipV4(), fc.nat(34)).map(([ip, length]) => `${ip}/${length}`) },
  { weight: 1, arbitrary: fc.ipV4Extended() },
  { weight: 1, arbitrary: fc.tuple(fc.ipV6(), fc.option(fc.nat(130))).map(([ip, length]) => (length === null ? ip : `${ip}/${length}`)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('::ffff:', '::FFFF:', '::', '64:ff9b::', '0:0:0:0:0:ffff:'), fc.ipV4(), fc.constantFrom('', '/96', '/97', '/120', '/128')).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.constantFrom('', '10.1', '0x7f.1', '2130706433', '10.0.0.0/255.0.0.0', '10.0.0.1-10.0.0.9', '10.0.0.1:80', 'fe80::1%eth0', 'a.example') },
)

/** What goes wrong in lists, and what is allowed around an entry. */
type Mutation = readonly ['insert' | 'replace' | 'remove' | 'swap' | 'case', number, string]
const mutation: fc.Arbitrary<Mutation> = fc.tuple(
  fc.constantFrom('insert', 'replace', 'remove', 'swap', 'case'),
  fc.nat(48),
  fc.constantFrom(...'0123456789abfFxX.:/ \t\r\v\f#-%,;"', '00', '..', '\u00a0', '\u0661', '\ufffd', '\u0000', '256', '/32'),
)

function mutate(text: string, [kind, place, inserted]: Mutation): string {
  const at = text.length === 0 ? 0 : place % (text.length + 1)
  const [before, after] = [text.slice(0, at), text.slice(at)]
  if (kind === 'insert') return before + inserted + after
  if (kind === 'replace') return before + inserted + after.slice(1)
  if (kind === 'remove') return before + after.slice(1)
  if (kind === 'case') return before + after.toUpperCase()
  return before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2)
}

/** A line as lists have them and as they do not: half of them are whole, the others changed in up to three places. */
export const line: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', '', '', ' ', '\t'),
    address,
    fc.oneof(fc.constant([]), fc.array(mutation, { minLength: 1, maxLength: 3 })),
    fc.constantFrom('', '', '', '', '\r', ' ', ' # seen', '#', '\t\r'),
  )
  .map(([before, entry, mutations, after]) => before + mutations.reduce(mutate, entry) + after)
