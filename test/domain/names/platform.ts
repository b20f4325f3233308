import { toASCII } from '../../../domain/names/ascii-by-url.ts'
import { memberOf, withoutOuterDots } from './contract-rules.ts'

/** What the platform's `URL`, another implementation of UTS-46 with the same flags, makes of an entry, with contract N-05 on top. */
export function memberByPlatform(entry: string): string | null {
  return memberOf(toASCII(withoutOuterDots(entry.trim())))
}
