/** Addresses that hardly anybody means to block or to be told about. */
export interface KnownRange {
  readonly prefix: string
  readonly kind: 'private' | 'special' | 'well-known'
  readonly name: string
}

/**
 * The IANA special-purpose address registries (RFC 6890; as of RFC 9637 and RFC 9602, 2024) and multicast, which stands in registries
 * of its own.
 */
const REGISTRIES: readonly KnownRange[] = [
  ...of('private', 'private use (RFC 1918)', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'),
  ...of('private', 'unique local (RFC 4193)', 'fc00::/7'),
  ...of('special', 'this network (RFC 791)', '0.0.0.0/8'),
  ...of('special', 'shared address space (RFC 6598)', '100.64.0.0/10'),
  ...of('special', 'loopback (RFC 1122)', '127.0.0.0/8'),
  ...of('special', 'link-local (RFC 3927)', '169.254.0.0/16'),
  ...of('special', 'IETF protocol assignments (RFC 6890)', '192.0.0.0/24'),
  ...of('special', 'documentation (RFC 5737)', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'),
  ...of('special', 'AS112 (RFC 7534, RFC 7535)', '192.31.196.0/24', '192.175.48.0/24'),
  ...of('special', 'AMT (RFC 7450)', '192.52.193.0/24'),
  ...of('special', '6to4 relay anycast (RFC 7526)', '192.88.99.0/24'),
  ...of('special', 'benchmarking (RFC 2544)', '198.18.0.0/15'),
  ...of('special', 'multicast (RFC 5771)', '224.0.0.0/4'),
  ...of('special', 'reserved and broadcast (RFC 1112, RFC 919)', '240.0.0.0/4'),
  ...of('special', 'unspecified and loopback (RFC 4291)', '::/128', '::1/128'),
  ...of('special', 'IPv4-IPv6 translation (RFC 6052, RFC 8215)', '64:ff9b::/96', '64:ff9b:1::/48'),
  ...of('special', 'discard only (RFC 6666)', '100::/64'),
  ...of('special', 'IETF protocol assignments (RFC 2928)', '2001::/23'),
  ...of('special', 'documentation (RFC 3849, RFC 9637)', '2001:db8::/32', '3fff::/20'),
  ...of('special', '6to4 (RFC 3056)', '2002::/16'),
  ...of('special', 'SRv6 segment identifiers (RFC 9602)', '5f00::/16'),
  ...of('special', 'link-local (RFC 4291)', 'fe80::/10'),
  ...of('special', 'multicast (RFC 4291)', 'ff00::/8'),
]

/**
 * A small choice, and no list of all that is harmless: the public resolvers that most machines are set to, and the one content
 * network whose ranges are few and stable (www.cloudflare.com/ips, as of 2026-08-11). The ranges of large clouds change by the week, and
 * bad hosts are in them too.
 */
const WELL_KNOWN: readonly KnownRange[] = [
  ...of('well-known', 'Cloudflare DNS', '1.1.1.1/32', '1.0.0.1/32', '2606:4700:4700::1111/128', '2606:4700:4700::1001/128'),
  ...of('well-known', 'Google Public DNS', '8.8.8.8/32', '8.8.4.4/32', '2001:4860:4860::8888/128', '2001:4860:4860::8844/128'),
  ...of('well-known', 'Quad9 DNS', '9.9.9.9/32', '149.112.112.112/32', '2620:fe::fe/128', '2620:fe::9/128'),
  ...of('well-known', 'OpenDNS', '208.67.222.222/32', '208.67.220.220/32', '2620:119:35::35/128', '2620:119:53::53/128'),
  ...of('well-known', 'AdGuard DNS', '94.140.14.14/32', '94.140.15.15/32'),
  ...of(
    'well-known',
    'Cloudflare network',
    '103.21.244.0/22',
    '103.22.200.0/22',
    '103.31.4.0/22',
    '104.16.0.0/13',
    '104.24.0.0/14',
    '108.162.192.0/18',
    '131.0.72.0/22',
    '141.101.64.0/18',
    '162.158.0.0/15',
    '172.64.0.0/13',
    '173.245.48.0/20',
    '188.114.96.0/20',
    '190.93.240.0/20',
    '197.234.240.0/22',
    '198.41.128.0/17',
    '2400:cb00::/32',
    '2405:8100::/32',
    '2405:b500::/32',
    '2606:4700::/32',
    '2803:f800::/32',
    '2a06:98c0::/29',
    '2c0f:f248::/32',
  ),
]

export const KNOWN_RANGES: readonly KnownRange[] = [...REGISTRIES, ...WELL_KNOWN]

function of(kind: KnownRange['kind'], name: string, ...prefixes: readonly string[]): readonly KnownRange[] {
  return prefixes.map((prefix) => ({ prefix, kind, name }))
}
