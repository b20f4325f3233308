/** Records whose data is an address: never a name. */
const ADDRESS_TYPES = new Set(['A', 'AAAA'])
/** Records whose data is prose or keys: compared as a whole, since a word in it names nobody (contract Q-03). */
const TEXT_TYPES = new Set(['TXT', 'SPF', 'HINFO', 'CAA', 'DNSKEY', 'DS', 'TLSA', 'SSHFP', 'RRSIG'])

/**
 * Names in the data of a record, as it is written in a log: `10 mail.example.org` of an MX, `0 5 5060 sip.example.org.` of an SRV, both
 * names of an SOA. Numbers, addresses and single labels among them do no harm: no member is one (contract N-05).
 * @param type of the record, or null where the log does not say.
 */
export function rdataNames(type: string | null, text: string): readonly string[] {
  const kind = type?.toUpperCase() ?? ''
  if (ADDRESS_TYPES.has(kind)) return []
  if (TEXT_TYPES.has(kind)) return [text.trim()]
  return text.split(/\s+/).filter((token) => token.includes('.') || isUnicodeDotted(token))
}

/** Ideographic full stops part labels too (UTS-46). */
function isUnicodeDotted(token: string): boolean {
  return /[\u3002\uff0e\uff61]/.test(token)
}
