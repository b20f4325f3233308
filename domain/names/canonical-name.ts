import { toASCII } from 'tr46'
import { parsePrefix } from '../addresses/prefix.ts'
import type { RejectionReason } from '../sets/indicator-set.ts'
import { MAX_LABEL, MAX_NAME } from './limits.ts'
import { unescapedName } from './unescaped-name.ts'

/** Characters of an entry that are looked at: room for a longest name of Unicode and of what UTS-46 drops from it. */
const MAX_ENTRY = 1024

/**
 * The canonical form of a name as feeds write it: lower-case ACE by UTS-46 non-transitional processing, outer dots trimmed
 * (contract N-04), or why it cannot be a member (contract N-05).
 */
export function canonicalName(entry: string): string | { readonly rejected: RejectionReason } {
  const plain = plainName(entry)
  if (plain !== null) return plain
  const trimmed = entry.trim()
  if (trimmed.length > MAX_ENTRY) return { rejected: 'name-too-long' }
  const text = trimDots(trimmed)
  const malformed = malformedEntry(trimmed, text)
  if (malformed !== null) return { rejected: malformed }
  const mapped = mapName(text)
  if (mapped === null) return { rejected: ACE_LABEL_ANYWHERE.test(text) ? 'invalid-punycode' : 'forbidden-character' }
  const name = trimDots(mapped)
  const rejected = wrongName(name)
  return rejected === null ? name : { rejected }
}

/**
 * The form in which a name in a log is compared: canonical if it maps, else its lower-cased text, outer dots trimmed (contract N-04), with what the
 * log escapes in it (contract Q-03). What cannot be a member (a single label, an address) is compared by its text too, and so matches nothing but by a name above it.
 */
export function logName(text: string): string {
  const plain = unescapedName(text)
  const name = canonicalName(plain)
  return typeof name === 'string' ? name : trimDots(plain.toLowerCase())
}

/**
 * The fast path, and almost all of every feed: letters, digits, `-`, `_` and dots need no mapping but lower case.
 * @returns null for everything else, also for what is to be rejected.
 */
function plainName(entry: string): string | null {
  if (entry.length > MAX_NAME || !PLAIN_NAME.test(entry)) return null
  return entry.toLowerCase()
}

/** Two labels at least, each 1 to 63 long, none in ACE, the last not all digits. */
const PLAIN_NAME = /^(?:(?!xn--)[a-z0-9_-]{1,63}\.)+(?!xn--|[0-9]+$)[a-z0-9_-]{1,63}$/i

function malformedEntry(entry: string, text: string): RejectionReason | null {
  if (entry === '') return 'empty'
  if (text === '') return 'empty-label'
  if (isAddress(entry)) return 'an-address'
  if (text.includes('*')) return 'wildcard'
  return !NON_ASCII.test(text) && FORBIDDEN_ASCII.test(text) ? 'forbidden-character' : null
}

const ADDRESS_WITH_PORT = /^(?:\d+(?:\.\d+){3}|\[[0-9a-f:.]+\])(?::\d+)?$/i

function isAddress(text: string): boolean {
  return typeof parsePrefix(text) !== 'string' || ADDRESS_WITH_PORT.test(text)
}

/**
 * Every ASCII character but letters, digits, `-`, `_` and `.`: UTS-46 maps none of them, but that `<`, `=` and `>` become letters of
 * their own with a stroke behind them (U+0338).
 */
const FORBIDDEN_ASCII = /[\0-,/:-@[-^`{-\x7f]/
const NON_ASCII = /[^\0-\x7f]/
const ACE_LABEL_ANYWHERE = /(?:^|[.\u3002\uff0e\uff61])xn--/i
/** U+3002, U+FF0E and U+FF61 are dots to UTS-46 as well. */
const DOTS = '.\u3002\uff0e\uff61'

/** Not by a pattern: one that ends with the text is tried anew at each dot inside it, by the square of their number. */
function trimDots(text: string): string {
  let end = text.length
  while (end > 0 && DOTS.includes(text.charAt(end - 1))) end--
  let start = 0
  while (start < end && DOTS.includes(text.charAt(start))) start++
  return text.slice(start, end)
}

/**
 * UTS-46 with the flags of contract N-04, by the tables of `tr46`, which are of one version of Unicode whatever runtime this is: a set
 * must not have another hash on another Node. What the web-standard `URL` maps differs between runtimes by years of Unicode, and in some
 * the bidi rule judges each label alone, where one right-to-left label makes it hold for all. VerifyDnsLength is left to `wrongName`.
 * @returns null when it cannot be mapped.
 */
function mapName(text: string): string | null {
  const isMapped = NON_ASCII.test(text) || ACE_LABEL_ANYWHERE.test(text)
  return isMapped ? toASCII(text, { checkBidi: true, checkJoiners: true }) : text.toLowerCase()
}

function wrongName(name: string): RejectionReason | null {
  const labels = name.split('.')
  for (const label of labels) {
    const wrong = wrongLabel(label)
    if (wrong !== null) return wrong
  }
  if (name.length > MAX_NAME) return 'name-too-long'
  if (labels.length === 1) return 'single-label'
  if (isAddress(name)) return 'an-address'
  if (/^\d+$/.test(labels.at(-1) ?? '')) return 'numeric-last-label'
  return null
}

function wrongLabel(label: string): RejectionReason | null {
  if (label === '') return 'empty-label'
  if (!/^[a-z0-9_-]+$/.test(label)) return 'forbidden-character'
  return label.length > MAX_LABEL ? 'label-too-long' : null
}
