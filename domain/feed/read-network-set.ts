import type { Content } from './content.ts'
import type { Fields } from './fields.ts'
import { labelKeyProblem, labelValueProblem } from './labels.ts'

/** More than any policy selects by; it bounds what the API server's rule costs. */
export const MAX_LABELS = 64

export interface NetworkSetContext {
  /** An invalid one reads as the default, about which there is nothing to say here. */
  readonly content: Content
  readonly hasPull: boolean
}

/** Reads `spec.globalNetworkSet` (contract V-05). @returns undefined when it is invalid. */
export function readNetworkSet(stanza: Fields, context: NetworkSetContext): { readonly labels: Record<string, string> } | undefined {
  if (context.content === 'DomainNameSet') stanza.refuseSelf('is possible only with content IPSet, found DomainNameSet')
  if (!context.hasPull) stanza.refuseSelf('is possible only together with pull')
  const labels = readLabels(stanza)
  return stanza.sound ? { labels } : undefined
}

function readLabels(stanza: Fields): Record<string, string> {
  const labels = stanza.child('labels')
  const keys = labels?.keys().filter((key) => labels.has(key)) ?? []
  if (keys.length > MAX_LABELS) {
    stanza.refuse('labels', `must have at most ${MAX_LABELS} entries, found ${keys.length}`)
    return {}
  }
  const entries = keys.map((key) => [key, labels?.raw(key)] as const)
  for (const [key, value] of entries) {
    const problem = labelKeyProblem(key) ?? labelValueProblem(key, value)
    if (problem !== null) stanza.refuse('labels', problem)
  }
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string'))
}
