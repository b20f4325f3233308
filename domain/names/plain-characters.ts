/** Letters in lower case, digits, `-`, `_` and `.` as they are, all others 0. */
const WRITTEN_AS = new Uint8Array(256)
for (const character of '-._0123456789abcdefghijklmnopqrstuvwxyz') {
  WRITTEN_AS[character.charCodeAt(0)] = character.charCodeAt(0)
  WRITTEN_AS[character.toUpperCase().charCodeAt(0)] = character.charCodeAt(0)
}

/**
 * Characters of plain names, of which almost all of every feed and of every log consist. Where a million names are read, take them into
 * constants of the module: what is imported is looked up at each use, a third of the time for a name.
 */
export const PLAIN = {
  DOT: 0x2e,
  HYPHEN: 0x2d,
  /** An ACE label begins with `xn--`, in either case. */
  X: 0x78,
  N: 0x6e,
  /** What each byte is written as, 0 for those of no plain name. A unit of a string may lie beyond its end: ask for those below 128 alone. */
  WRITTEN_AS,
} as const
