import { readFileSync } from 'node:fs'
import { ClientError } from '../client-error.ts'

/** The text of a file that the command was given; `-` is standard input. @throws ClientError `invalid`. */
export function readInput(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new ClientError('invalid', `${file} cannot be read (${code})`)
  }
}
