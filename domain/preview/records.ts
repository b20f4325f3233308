import { CsvError, parse } from 'csv-parse/browser/esm/sync'

/** The values of one record on one line, trimmed; where its quotes are broken, what stands between the delimiters. */
export function splitRecord(line: string, delimiter: string): readonly string[] {
  const plain = (): readonly string[] => line.split(delimiter).map((value) => value.trim())
  if (!line.includes('"')) return plain()
  try {
    return parse(line, { delimiter, trim: true, relax_column_count: true })[0] ?? []
  } catch (error) {
    if (error instanceof CsvError) return plain()
    throw error
  }
}
