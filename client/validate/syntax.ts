import { type Document, type ErrorCode, type LineCounter, visit } from 'yaml'
import type { Place } from './places.ts'

/** What is wrong with a text that is not YAML. The parser's own messages quote it, and a line may hold a header's value (contract T-04). */
const SENTENCES: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_ALIAS: 'an alias (*name) has no anchor before it: a value that begins with * takes quotes',
  BAD_DQ_ESCAPE: 'a backslash in double quotes is followed by what is no escape: use single quotes',
  BAD_INDENT: 'the indentation does not fit what stands above it',
  BAD_SCALAR_START: 'a value cannot begin with this character: put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'two things stand on one line that belong on two, or a value with ": " in it takes quotes',
  DUPLICATE_KEY: 'the same field stands here twice',
  MISSING_CHAR: 'a quote, bracket or brace is not closed, or a ":" is missing',
  MULTILINE_IMPLICIT_KEY: 'a ":" is missing after the name of a field',
  TAB_AS_INDENT: 'a tab indents the line: YAML takes spaces alone',
  UNEXPECTED_TOKEN: 'what stands here does not belong here: is a quote or ":" missing?',
}

export interface SyntaxProblem extends Place {
  readonly field: ''
  readonly message: string
}

/** Where a document is not YAML: of each line the first error, since others follow from it. */
export function syntaxProblems(document: Document.Parsed, lines: LineCounter): readonly SyntaxProblem[] {
  const found: { offset: number; code: ErrorCode }[] = document.errors.map(({ code, pos }) => ({ offset: pos[0], code }))
  visit(document, {
    // The parser leaves them to whoever reads the values.
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined) found.push({ offset: alias.range?.[0] ?? 0, code: 'BAD_ALIAS' })
    },
  })
  const byLine = new Map<number, SyntaxProblem>()
  for (const { offset, code } of found) {
    const { line, col } = lines.linePos(offset)
    if (!byLine.has(line)) byLine.set(line, { line, column: col, field: '', message: `is not YAML: ${SENTENCES[code] ?? 'the line cannot be read'}` })
  }
  return [...byLine.values()]
}
