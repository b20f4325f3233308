/** Code points of a foreign text that are shown: enough to recognise it, too few to carry a key along. */
const SHOWN = 32

/** A text from outside, bounded and printable, in double quotes: safe for a status, a log and a terminal (contract T-04). */
export function quote(text: string): string {
  // Twice the bound in UTF-16 units always holds that many code points; a huge text is never walked in full.
  const points = [...text.slice(0, SHOWN * 2 + 2)]
  const shown = points.slice(0, SHOWN).join('').replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?')
  return points.length > SHOWN ? `"${shown}…"` : `"${shown}"`
}

/** The JSON kind of a value, in words; for a field whose content must not be repeated. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'string':
      return 'a text'
    case 'number':
    case 'bigint':
      return 'a number'
    case 'boolean':
      return 'true or false'
    default:
      return 'an object'
  }
}

/** What stands in a field that holds nothing secret: a short text, a number, true or false; else its kind. */
export function found(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return kindOf(value)
}
