import type { ValidationResult } from '../validate/validate.ts'
import { printable } from './table.ts'

/** One problem a line, as compilers write them: `feed.yaml:12:7: spec.pull.period must be at least 5m, found "1m"`. */
export function printValidation(file: string, { feeds, others }: ValidationResult): string {
  const shownFile = file === '-' ? 'standard input' : file
  const lines = feeds.flatMap(({ name, problems }) => [
    ...problems.map(({ line, column, field, message }) => `${shownFile}:${line}:${column}: ${field === '' ? '' : `${field} `}${message}`),
    problems.length === 0 ? `feed ${name} is valid` : summary(name, problems.length),
  ])
  const skipped = others.map(({ kind }) => `(the ${kind.slice(0, 63)} in the file was not looked at)`)
  return [...lines, ...skipped].map(printable).join('\n')
}

function summary(name: string, problems: number): string {
  const count = problems === 1 ? '1 problem' : `${problems} problems`
  return name === '' ? count : `feed ${name.slice(0, 253)} has ${count}`
}
