import type { Random } from './random.ts'

/** A value that logs hold, in all the ways they spell it, the canonical one first. */
type Spelled = readonly [string, ...string[]]

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1)

/** Few, so that a log is often in several feeds, and a member in many logs. */
export const ADDRESSES: readonly Spelled[] = [
  ...upTo(24).map((n): Spelled => [`198.51.100.${String(n)}`, `::ffff:198.51.100.${String(n)}`]),
  ...upTo(12).map((n): Spelled => [`203.0.113.${String(n)}`]),
  ...upTo(6).map((n): Spelled => [`10.0.0.${String(n)}`]),
  ...upTo(8).map((n): Spelled => [`2001:db8::${String(n)}`, `2001:DB8:0:0:0:0:0:${String(n)}`]),
  ...upTo(4).map((n): Spelled => [`2001:db8:1::${String(n)}`]),
]

/** Of IPSet feeds, as their documents hold them. */
export const ADDRESS_MEMBERS: readonly string[] = [
  ...ADDRESSES.map(([address]) => `${address}/${address.includes(':') ? '128' : '32'}`),
  ...['198.51.100.0/29', '198.51.100.8/30', '198.51.100.16/28', '203.0.113.0/30', '203.0.113.8/29', '192.0.2.0/24'],
  ...['2001:db8::/125', '2001:db8:1::/48', '2001:db8:2::/64'],
]
/** That match much of what there is, now and then. */
export const WIDE_MEMBERS: readonly string[] = ['0.0.0.0/0', '::/0', '10.0.0.0/8']

const LISTED: readonly Spelled[] = [
  ...upTo(14).map((n): Spelled => [`c${String(n)}.bad.example`, `C${String(n)}.Bad.Example`, `c${String(n)}.bad.example.`]),
  ['xn--bcher-kva.example', 'bücher.example', 'BÜCHER.example', 'XN--BCHER-KVA.example.'],
  ['xn--strae-oqa.example', 'straße.example', 'xn--strae-oqa.EXAMPLE'],
  ['_dmarc.odd.example'],
]
export const NAMES: readonly Spelled[] = [...LISTED, ...LISTED.map(([name]): Spelled => [`a.b.${name}`, `A.b.${name}.`]), ['fine.example'], ['bad.example']]
export const NAME_MEMBERS: readonly string[] = LISTED.map(([name]) => name)

/** A value in one of its spellings. */
export function spelled(values: readonly Spelled[], random: Random): string {
  return random.pick(random.pick(values))
}
