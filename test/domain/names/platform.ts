import { memberOf, withoutOuterDots } from './contract-rules.ts'

/** What a URL would read as more than a host, or drop (tabs, line ends), and `<`, `=`, `>`, which it refuses before it maps. */
const NOT_OF_A_HOST = /[\0-,/:-@[-^`{-\x7f]/

/**
 * What the platform's `URL`, another implementation of UTS-46 with the same flags (WHATWG URL, domain to ASCII), makes of an entry, with
 * contract N-05 on top. A last label of its own keeps a numeric one from being read as an IPv4 address.
 */
export function memberByPlatform(entry: string): string | null {
  const text = withoutOuterDots(entry.trim())
  if (NOT_OF_A_HOST.test(text)) return null
  try {
    return memberOf(new URL(`http://${text}.x/`).hostname.slice(0, -'.x'.length))
  } catch {
    return null
  }
}
