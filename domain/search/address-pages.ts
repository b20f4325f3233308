import { ipv4Text } from '../addresses/ipv4.ts'
import { ipv6Text, isMapped } from '../addresses/ipv6.ts'
import { parsePrefix } from '../addresses/prefix.ts'

/** Addresses from one to another, both included, as Elasticsearch orders them: 128 bits, IPv4 as `::ffff:0:0/96`. */
export interface AddressPage {
  readonly from: bigint
  readonly to: bigint
}

/** What a page of distinct addresses brought. */
export interface PageFound {
  readonly count: number
  /** The highest address found, where there may be more; null when all of the page came. */
  readonly last: string | null
}

const HIGHEST = (1n << 128n) - 1n
const IPV4_FIRST = 0xffffn << 32n
const IPV4_LAST = IPV4_FIRST + 0xffffffffn
/** How full a page is planned: one that overflows visits its rest twice, one that is too small costs a request more. */
const FILL = 0.7

export const EVERY_ADDRESS: AddressPage = { from: 0n, to: HIGHEST }

/**
 * Pages of distinct addresses, cut by their value so that each log is visited for one page alone; the usual paging, by the last value of
 * the page before, visits all logs for each page.
 * @param expected distinct addresses in all.
 * @param room of a page.
 */
export function firstPage(expected: number, room: number): AddressPage {
  return expected <= room ? EVERY_ADDRESS : pageOf(0n, widthFor(2n ** 32n, expected, room) + IPV4_FIRST)
}

/** The page after one, as wide as that one was dense; null after the last. */
export function nextPage(page: AddressPage, { count, last }: PageFound, room: number): AddressPage | null {
  const stopped = last === null ? null : addressNumber(last)
  // A log of several addresses brings those beyond the page too: they come last.
  const end = stopped !== null && stopped < page.to ? stopped : page.to
  if (end >= HIGHEST) return null
  const start = page.from < IPV4_FIRST && end >= IPV4_FIRST ? IPV4_FIRST : page.from
  return pageOf(end + 1n, widthFor(end - start + 1n, count, room))
}

/** As Elasticsearch reads and writes it. */
export function addressText(address: bigint): string {
  return isMapped(address) ? ipv4Text(Number(address - IPV4_FIRST)) : ipv6Text(address)
}

function addressNumber(text: string): bigint | null {
  const prefix = parsePrefix(text)
  if (typeof prefix === 'string') return null
  return prefix.family === 4 ? IPV4_FIRST + BigInt(prefix.address) : prefix.address
}

/** What holds a page's values if they lie as dense as `count` in `width`; of nothing at all four times as much. */
function widthFor(width: bigint, count: number, room: number): bigint {
  if (count === 0) return width * BigInt(Math.max(4, Math.floor(room * FILL)))
  const wanted = (width * BigInt(Math.floor(room * FILL))) / BigInt(Math.ceil(count))
  return wanted > 1n ? wanted : 1n
}

/** How dense IPv4 addresses lie says nothing of IPv6: what reaches into those takes all that is left. */
function pageOf(from: bigint, width: bigint): AddressPage {
  const to = from + width - 1n
  return { from, to: to > HIGHEST || (from <= IPV4_LAST && to > IPV4_LAST) ? HIGHEST : to }
}
