import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

/** Ids of docs/contract.md that no test names yet. An id leaves this list with the first test that names it. */
const STILL_TO_COME: readonly string[] = [
  'V-01', 'V-02', 'V-03', 'V-04', 'V-05', 'V-06', 'V-07', 'V-08', 'V-09', 'V-10', 'V-11', 'V-12',
  'V-13', 'V-14', 'V-15', 'V-16', 'V-17', 'V-18', 'V-19', 'V-20', 'V-21', 'V-22', 'V-23',
  'P-01', 'P-02', 'P-03', 'P-04', 'P-05', 'P-06', 'P-07', 'P-08', 'P-09', 'P-10', 'P-11', 'P-12',
  'F-01', 'F-02', 'F-03', 'F-04', 'F-05', 'F-06', 'F-07', 'F-08', 'F-09', 'F-10', 'F-11', 'F-12',
  'N-01', 'N-02', 'N-03', 'N-04', 'N-05', 'N-06',
  'S-01', 'S-02', 'S-03', 'S-04', 'S-05', 'S-06', 'S-07',
  'G-01', 'G-02', 'G-03', 'G-04', 'G-05', 'G-06',
  'Q-01', 'Q-02', 'Q-03', 'Q-04', 'Q-05', 'Q-06', 'Q-07', 'Q-08', 'Q-09', 'Q-10', 'Q-11',
  'E-01', 'E-02', 'E-03', 'E-04',
  'T-01', 'T-02', 'T-03', 'T-04', 'T-05', 'T-06',
  'L-01', 'L-02', 'L-03', 'L-04', 'L-05', 'L-06',
]

const contractIds = [...readFileSync('docs/contract.md', 'utf8').matchAll(/^\| ([A-Z]-\d\d) \|/gm)].map((match) => match[1] ?? '')

/** Titles of `it`, `test` and `describe`, with `.each` and the like; what is skipped or only intended proves nothing. */
function testTitles(file: string, text: string): string[] {
  const titles: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const [title] = node.arguments
      if (title !== undefined && declaresTest(node.expression)) titles.push(...literalText(title))
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022))
  return titles
}

function declaresTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return ['it', 'test', 'describe'].includes(callee.text)
  if (ts.isPropertyAccessExpression(callee)) return !['skip', 'todo'].includes(callee.name.text) && declaresTest(callee.expression)
  return ts.isCallExpression(callee) && declaresTest(callee.expression)
}

function literalText(title: ts.Expression): string[] {
  if (ts.isStringLiteralLike(title)) return [title.text]
  if (ts.isTemplateExpression(title)) return [title.head.text, ...title.templateSpans.map((span) => span.literal.text)]
  return []
}

function idsIn(titles: readonly string[]): string[] {
  return titles.flatMap((title) => title.match(/\b[A-Z]-\d\d\b/g) ?? [])
}

function testFiles(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && name !== 'contract.test.ts')
    .map((name) => join('test', name))
}

describe('the contract', () => {
  const named = new Set(testFiles().flatMap((file) => idsIn(testTitles(file, readFileSync(file, 'utf8')))))

  it('has its rules, each id once', () => {
    expect(contractIds.length).toBeGreaterThan(90)
    expect(new Set(contractIds).size).toBe(contractIds.length)
  })

  it('names every rule in a test, but for those still to come', () => {
    const missing = contractIds.filter((id) => !named.has(id) && !STILL_TO_COME.includes(id))
    expect(missing, `name these in a test: ${missing.join(' ')}`).toEqual([])
  })

  it('keeps the list of those still to come true', () => {
    const stale = STILL_TO_COME.filter((id) => named.has(id) || !contractIds.includes(id))
    expect(stale, `take these from STILL_TO_COME: ${stale.join(' ')}`).toEqual([])
  })

  it('names no rule that does not exist', () => {
    expect([...named].filter((id) => !contractIds.includes(id))).toEqual([])
  })
})

describe('how titles are read', () => {
  it('sees plain, parameterised and templated titles, and not skipped ones or other strings', () => {
    const text = `
      it('A-01 and A-02', () => 'Z-01')
      it.each([['Z-02']])('A-03 %s', () => {})
      describe(\`A-04 \${x} A-05\`, () => {})
      it.skip('Z-03', () => {}); it.todo('Z-04'); other('Z-05')
    `
    expect(idsIn(testTitles('sample.ts', text))).toEqual(['A-01', 'A-02', 'A-03', 'A-04', 'A-05'])
  })
})
