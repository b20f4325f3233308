import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { testFiles } from '../../contract-titles.ts'

/** vitest's projects, the cheapest first. */
export const PROJECTS = ['unit', 'workflow', 'integration'] as const
export type Project = (typeof PROJECTS)[number]

/** The project that a test file belongs to; none for those of test/feeds/, which need lists from outside. */
export function projectOf(file: string): Project | undefined {
  if (file.startsWith('test/feeds/')) return undefined
  return PROJECTS.find((project) => file.endsWith(`.${project}.test.ts`)) ?? 'unit'
}

/** The test files that speak of a rule, in a title or in a table of cases; which of their tests name it, vitest knows. Those of the defects prove none. */
export function filesNaming(id: string, root: string): string[] {
  const word = new RegExp(`\\b${id}\\b`)
  return testFiles(root).filter((file) => !file.startsWith('test/defects/') && word.test(readFileSync(join(root, file), 'utf8')))
}
