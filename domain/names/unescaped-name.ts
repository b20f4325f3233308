/** `\DDD`, an octet, or `\X`, the character itself. */
const ESCAPE = /\\([0-9]{3}|.)/gsu
/** An escaped dot is part of its label: as an octet it parts none. */
const DOT = '\\046'

/**
 * A name as DNS servers and their logs print it (RFC 1035, section 5.1), with what was escaped in it as it is; octets beyond ASCII are UTF-8, since that is
 * what a name holds that was asked for as it is written. What is no escape stays.
 */
export function unescapedName(text: string): string {
  if (!text.includes('\\')) return text
  const encoder = new TextEncoder()
  const bytes: number[] = []
  let end = 0
  for (const match of text.matchAll(ESCAPE)) {
    const [whole, escaped = ''] = match
    const octet = /^[0-9]{3}$/.test(escaped) ? Number(escaped) : null
    bytes.push(...encoder.encode(text.slice(end, match.index)))
    end = match.index + whole.length
    if (octet !== null && octet > 255) bytes.push(...encoder.encode(whole))
    else if (octet === 0x2e || escaped === '.') bytes.push(...encoder.encode(DOT))
    else if (octet === null) bytes.push(...encoder.encode(escaped))
    else bytes.push(octet)
  }
  bytes.push(...encoder.encode(text.slice(end)))
  return new TextDecoder().decode(Uint8Array.from(bytes))
}
