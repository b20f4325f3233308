import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** Ids of the rules of docs/contract.md, in its order. */
export function contractIds(root = '.'): string[] {
  return [...readFileSync(join(root, 'docs/contract.md'), 'utf8').matchAll(/^\| ([A-Z]-\d\d) \|/gm)].map((match) => match[1] ?? '')
}

/** The test files, but for the one that reads the others' titles. */
export function testFiles(root = '.'): string[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && name !== 'contract.test.ts')
    .map((name) => join('test', name))
    .sort()
}

/** Titles of `it`, `test` and `describe`, with `.each` and the like; what is skipped or only intended proves nothing. */
export function testTitles(file: string, text: string): string[] {
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

export function idsIn(titles: readonly string[]): string[] {
  return titles.flatMap((title) => title.match(/\b[A-Z]-\d\d\b/g) ?? [])
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
