import { parsePrefix } from '../addresses/prefix.ts'
import type { Content } from '../feed/content.ts'
import { canonicalName } from '../names/canonical-name.ts'

/** Whether a value is a member of a set of this content. */
export function isMember(value: string, content: Content): boolean {
  return content === 'IPSet' ? typeof parsePrefix(value) !== 'string' : typeof canonicalName(value) === 'string'
}

/** Which part of the values are members, 0 to 1; 0 of none. */
export function memberShare(values: readonly string[], content: Content): number {
  return values.length === 0 ? 0 : values.filter((value) => isMember(value, content)).length / values.length
}
