import fc from 'fast-check'

const FIELDS = [
  ...['source', 'dest', 'client'].flatMap((side) => ['ip', 'name', 'name_aggr', 'namespace', 'port', 'type'].map((part) => `${side}_${part}`)),
  ...['proto', 'action', 'reporter', 'num_flows', 'dest_domains', 'host', 'qname', 'qtype', 'rcode', 'count', 'rrsets', 'end_time', '@timestamp', 'generated_time'],
]

/** What a log's field may hold where its index checks nothing: any JSON, and what looks right and is not quite. */
function anyValue(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom('-', '', ' 1.2.3.4 ', '1.2.3.4/24', '1.2.3', '999.1.1.1', 'fe80::1%eth0', '::ffff:1.2.3.4', '2001:DB8::1', 'x'.repeat(40_000), '\ud800', 'é'.repeat(20_000)),
    fc.constantFrom(-1, 0, 65_535, 65_536, 1e308, 1_767_225_900, 1_767_225_900_000, 8.64e15, -8.64e15, 253_402_300_800),
    fc.constantFrom('yesterday', '+275760-09-13T00:00:00Z', '-000001-01-01T00:00:00Z', '10000-01-01', '1767225900', '443', '0x1bb'),
    fc.array(fc.constantFrom('1.2.3.4', 'a.example', 'x'.repeat(40_000), 7, null), { maxLength: 5 }),
    fc.constantFrom('wep', 'hep', 'net', 'ns', 'src', { type: 'A', rdata: ['x'.repeat(40_000), 7] }, [{ type: ['AAAA'], rdata: '::1' }, null]),
  )
}

/** A log of which any field may be missing or wrong (contract E-04). */
export function anyLog(): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  return fc.dictionary(fc.constantFrom(...FIELDS), anyValue(), { maxKeys: 12 })
}
