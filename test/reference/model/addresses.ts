/** An address as a number in its own family. */
interface Address {
  readonly bits: 32 | 128
  readonly value: bigint
}

const read = new Map<string, Address | null>()

/** Whether an address, as a log spells it, lies in a member such as `198.51.100.0/28` or `2001:db8::1/128`. */
export function liesIn(address: string, member: string): boolean {
  const [network = '', length = ''] = member.split('/')
  const a = addressOf(address)
  const b = addressOf(network)
  if (a === null || b === null || a.bits !== b.bits) return false
  const rest = BigInt(a.bits - Number(length))
  return a.value >> rest === b.value >> rest
}

function addressOf(text: string): Address | null {
  const known = read.get(text)
  if (known !== undefined) return known
  const address = text.includes(':') ? sixOf(text.toLowerCase()) : fourOf(text)
  read.set(text, address)
  return address
}

function fourOf(text: string): Address | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let value = 0n
  for (const part of parts) value = value * 256n + BigInt(Number(part))
  return { bits: 32, value }
}

/** An IPv4 address that is written as an IPv6 one is the IPv4 address (contract N-01). */
function sixOf(text: string): Address | null {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1]
  if (mapped !== undefined) return fourOf(mapped)
  const [before = '', after] = text.split('::')
  const left = before === '' ? [] : before.split(':')
  const right = after === undefined || after === '' ? [] : after.split(':')
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right]
  let value = 0n
  for (const group of groups) value = value * 65_536n + BigInt(Number.parseInt(group, 16))
  return { bits: 128, value }
}
