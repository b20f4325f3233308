/**
 * Left-aligned columns two spaces apart, none after the last; control characters of a cell become spaces, so that no cell moves the cursor.
 * @param widths of the columns of a table that goes on: they grow with the rows, and stay.
 */
export function table(rows: readonly (readonly string[])[], widths: number[] = []): string {
  const clean = rows.map((row) => row.map(printable))
  for (const row of clean) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  return clean.map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  ').trimEnd()).join('\n')
}

/** Text of a resource or a feed is someone else's: it is shown without control characters. */
export function printable(text: string): string {
  // Cc are the controls, Cf holds marks that reverse the direction of writing.
  return text.replace(/[\p{Cc}\p{Cf}]/gu, ' ')
}
