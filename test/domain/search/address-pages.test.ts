import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { addressText, type AddressPage, EVERY_ADDRESS, firstPage, nextPage } from '../../../domain/search/address-pages.ts'

/** What Elasticsearch does: the lowest distinct addresses of a page, as many as there is room for. */
function answer(addresses: readonly bigint[], { from, to }: AddressPage, room: number): readonly bigint[] {
  return addresses.filter((address) => address >= from && address <= to).slice(0, room)
}

function walk(addresses: readonly bigint[], expected: number, room: number) {
  const sorted = [...new Set(addresses)].sort((a, b) => (a < b ? -1 : 1))
  const pages: AddressPage[] = []
  const found: bigint[] = []
  for (let page: AddressPage | null = firstPage(expected, room); page !== null; ) {
    pages.push(page)
    const got = answer(sorted, page, room)
    found.push(...got)
    const last = got.at(-1)
    page = nextPage(page, { count: got.length, last: got.length === room && last !== undefined ? addressText(last) : null }, room)
  }
  return { pages, found, sorted }
}

const ipv4 = (number: number): bigint => (0xffffn << 32n) + BigInt(number)

describe('pages of addresses', () => {
  it('Q-07 bring every address once, however they lie and however many were expected', () => {
    const address = fc.oneof(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(ipv4),
      fc.integer({ min: 0, max: 400 }).map((low) => ipv4(0x0a000000 + low)),
      fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
      fc.bigInt({ min: 0n, max: 300n }).map((low) => (0x20010db8n << 96n) + low),
    )
    fc.assert(
      fc.property(fc.array(address, { maxLength: 400 }), fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 5, max: 50 }), (addresses, expected, room) => {
        const { found, sorted } = walk(addresses, expected, room)
        expect(found).toEqual(sorted)
      }),
    )
  })

  it('Q-07 are one where all fit', () => {
    expect(firstPage(50, 100)).toEqual(EVERY_ADDRESS)
    expect(walk([ipv4(1), ipv4(2)], 2, 100).pages).toHaveLength(1)
  })

  it('Q-07 are about as many as it takes, and visit nearly nothing twice', () => {
    // Dense as the log of a day is: many of a cluster, others all over.
    const addresses = [...Array.from({ length: 300 }, (_, i) => ipv4(0x0a400000 + 7 * i)), ...Array.from({ length: 20_000 }, (_, i) => ipv4(0x01000000 + i * 190_000))]
    const { pages, sorted } = walk(addresses, new Set(addresses).size, 1_000)
    expect(pages.length).toBeLessThan(45)
    const visits = pages.reduce((sum, page) => sum + sorted.filter((address) => address >= page.from && address <= page.to).length, 0)
    expect(visits).toBeLessThan(1.5 * sorted.length)
  })

  it('Q-07 go on where a log of several addresses brought some beyond the page', () => {
    const page = { from: ipv4(100), to: ipv4(200) }
    expect(nextPage(page, { count: 10, last: '0.0.0.250' }, 10)?.from).toBe(ipv4(201))
    expect(nextPage(page, { count: 10, last: '0.0.0.150' }, 10)?.from).toBe(ipv4(151))
    expect(nextPage(EVERY_ADDRESS, { count: 3, last: null }, 10)).toBeNull()
  })

  it('Q-07 speak of addresses as logs do', () => {
    expect([addressText(ipv4(0xc0000201)), addressText(0x20010db8n << 96n), addressText(0n)]).toEqual(['192.0.2.1', '2001:db8::', '::'])
  })
})
