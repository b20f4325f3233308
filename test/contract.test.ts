import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

/** Ids of docs/contract.md that no test names yet. An id leaves this list with the first test that names it. */
const STILL_TO_COME: readonly string[] = [
  'T-05',
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
