import type { LogDocument } from '../search/log.ts'
import { brief, text, texts } from './log-fields.ts'

export type Side = 'source' | 'dest' | 'client'

/** Names of one address that a sentence tells; a busy host of many names has dozens. */
const NAMES_TOLD = 3

/**
 * One end of a log in words: the pod with its namespace and address, else the pods that an aggregated log stands for, else the address
 * with what is known of it: the network set it is in, the names it was resolved from.
 * @param listed the address as the log spells it, where this is the end that a feed lists.
 */
export function endpoint(log: LogDocument, side: Side, listed?: string): string {
  const address = listed === undefined ? told(log, `${side}_ip`) : brief(listed)
  const at = address === undefined ? '' : ` (${address})`
  const own = told(log, `${side}_name`)
  const aggregated = told(log, `${side}_name_aggr`)
  const namespace = told(log, `${side}_namespace`)
  const within = namespace === undefined ? '' : `${namespace}/`
  // DNS logs name no type: who asks is a workload.
  const type = side === 'client' ? 'wep' : text(log, `${side}_type`)
  if (type === 'net' || (own ?? aggregated) === undefined) return outside(log, side, address)
  if (type === 'ns') return `${address ?? 'an address'} (in network set ${within}${own ?? aggregated ?? ''})`
  if (type === 'hep') return `host ${own ?? aggregated ?? ''}${at}`
  const kind = type === 'wep' ? 'pod ' : ''
  return own === undefined ? `a ${kind === '' ? 'workload' : 'pod'} of ${within}${aggregated ?? ''}${at}` : `${kind}${within}${own}${at}`
}

function outside(log: LogDocument, side: Side, address: string | undefined): string {
  if (address === undefined) return side === 'client' ? 'an unnamed workload' : 'an address that the log does not tell'
  return `${address}${side === 'dest' ? known(texts(log.source['dest_domains'])) : ''}`
}

function known(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${several(names.map(brief))})`
}

/** `a, b, c and 4 more`. */
export function several(items: readonly string[]): string {
  const shown = items.slice(0, NAMES_TOLD).join(', ')
  return items.length <= NAMES_TOLD ? shown : `${shown} and ${items.length - NAMES_TOLD} more`
}

function told(log: LogDocument, field: string): string | undefined {
  const value = text(log, field)
  return value === undefined ? undefined : brief(value)
}
