/** Rows of equally many cells, the first of which is the head. */
export type Rows = readonly (readonly string[])[]

/** Columns under each other for a terminal, figures to the right. */
export function plainTable(rows: Rows): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('   ')
  return rows.map((row) => line(row).trimEnd()).join('\n')
}

export function markdownTable(rows: Rows): string {
  const [head = [], ...body] = rows
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'))
  return [head, rule, ...body].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
