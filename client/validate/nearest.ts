/** More than two slips of the pen make another word. */
const MOST_SLIPS = 2
/** A longer text is no slip of any name that there is. */
const LONGEST = 64

/** The name that a mistyped one was meant to be, or null. */
export function nearest(typed: string, names: readonly string[]): string | null {
  if (typed.length > LONGEST) return null
  let best: string | null = null
  let least = MOST_SLIPS + 1
  for (const name of names) {
    const slips = name.toLowerCase() === typed.toLowerCase() ? 0 : distance(name.toLowerCase(), typed.toLowerCase())
    // A name of three letters is another with two slips.
    if (slips < least && slips * 3 <= Math.max(name.length, 3)) [best, least] = [name, slips]
  }
  return best
}

/** Letters put in, left out or exchanged that make one word of the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const exchanged = (row[j] ?? 0) + (letter === b[j] ? 0 : 1)
      next.push(Math.min(exchanged, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
