import { IPv6List } from '../../../domain/addresses/ipv6-list.ts'
import type { Prefix } from '../../../domain/addresses/prefix.ts'

export type IPv6Prefix = Extract<Prefix, { family: 6 }>

export function listOf(prefixes: readonly { readonly address: bigint; readonly length: number }[]): IPv6List {
  const list = new IPv6List()
  for (const { address, length } of prefixes) list.push(address, length)
  return list
}

export function prefixesIn(list: IPv6List): IPv6Prefix[] {
  return Array.from({ length: list.size }, (_, at) => ({ family: 6, address: list.addressAt(at), length: list.lengthAt(at) }))
}
