import type { Content } from '../feed/content.ts'
import { type GiveWay, keepGoing } from '../formats/give-way.ts'
import { kindOf, kindsOf } from '../formats/json-kind.ts'
import { takeItems } from '../formats/take-items.ts'
import { BodyRefused } from './body-refused.ts'
import { Entries } from './entries.ts'
import type { ParsedSet } from './indicator-set.ts'

/** The one field of a set document (contract S-01). */
export const SET_FIELDS = { IPSet: 'ips', DomainNameSet: 'domains' } as const satisfies Record<Content, string>

/** A set with what it rejected, or one sentence why the values are none. */
export type ValuesResult = { readonly ok: true; readonly parsed: ParsedSet } | { readonly ok: false; readonly message: string }

/**
 * Normalises what someone else wrote into a set document (contract S-03): an array of strings, or a lone string as a list of one; an
 * empty list is an empty set. Any other shape (the field missing, something that is not a string in the array) and text of which
 * nothing is a member gives a message that names the field and the kind found, and never a value. What giving way throws passes through.
 */
export async function setFromValues(values: unknown, content: Content, giveWay: GiveWay = keepGoing): Promise<ValuesResult> {
  const field = SET_FIELDS[content]
  if (values === undefined) return { ok: false, message: `the document has no field ${field}` }
  const list = typeof values === 'string' ? [values] : values
  if (!Array.isArray(list)) return { ok: false, message: `field ${field} holds ${kindOf(values)}, where an array of strings is wanted` }
  const odd = list.findIndex((value) => typeof value !== 'string')
  if (odd >= 0) return { ok: false, message: wrongItems(field, list, odd) }
  const entries = new Entries(content)
  try {
    await takeItems(list, entries, giveWay)
    return { ok: true, parsed: await entries.finish() }
  } catch (error) {
    if (error instanceof BodyRefused) return { ok: false, message: `field ${field}: ${error.message}` }
    throw error
  }
}

function wrongItems(field: string, list: readonly unknown[], odd: number): string {
  const found = list.some((value) => typeof value === 'string') ? `${kindOf(list[odd])} as item ${odd + 1}` : `an array of ${kindsOf(list)}`
  return `field ${field} holds ${found}, where an array of strings is wanted`
}
