import type { MergedRanges } from '../../../domain/addresses/merged-ranges.ts'
import { atOnce } from '../../../domain/formats/give-way.ts'
import type { NetworkSetLimits } from '../../../domain/network-set/limits.ts'
import { rangesOf } from '../../../domain/sets/prefixes.ts'

/** The addresses of some prefixes, with their length. */
export function rangesOfNets(nets: readonly string[]): MergedRanges {
  return atOnce(rangesOf({ text: new TextEncoder().encode(nets.join('\n')) }))
}

/** So many addresses that do not touch, from 11.0.0.0 on, every other one. */
export function scattered(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `11.${at >> 15}.${(at >> 7) & 255}.${(at & 127) * 2}/32`)
}

/** The same of IPv6, each as long as an address can be: 46 bytes with quotes and comma. */
export function scattered6(count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const group = (0x1000 + (at >> 12)).toString(16)
    return `2001:db88:1111:2222:3333:4444:${group}:${(0x1001 + (at & 0xfff) * 2).toString(16)}/128`
  })
}

/** Small, so that a handful of addresses takes several objects: cut above 8, into pieces of at most 5; joined up to 4. */
export const FEW: NetworkSetLimits = { prefixes: 8, netsBytes: 6 * 46 }
