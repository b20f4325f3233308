import type { IndicatorSet } from './indicator-set.ts'

const NEWLINE = 0x0a

/** About so many bytes become strings at a time. */
const BLOCK = 65_536

/** Members in their order, without making all their strings at once. */
export function* membersOf(set: IndicatorSet): Generator<string, void, undefined> {
  const { text } = set
  const decoder = new TextDecoder()
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf(NEWLINE, start + BLOCK)
    const end = newline < 0 ? text.length : newline
    yield* decoder.decode(text.subarray(start, end)).split('\n')
    start = end + 1
  }
}

/** Calls back with the place of each member in the text, for readers of bytes. */
export function eachMember(text: Uint8Array, visit: (start: number, end: number) => void): void {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf(NEWLINE, start)
    const end = newline < 0 ? text.length : newline
    visit(start, end)
    start = end + 1
  }
}
