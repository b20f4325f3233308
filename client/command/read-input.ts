import { readFileSync } from 'node:fs'
import { ClientError } from '../client-error.ts'
import { MAX_BYTES } from '../manifest.ts'

/** More is refused by everyone who reads it: a character, as they count them, takes at most three bytes. */
const MOST_BYTES = 3 * MAX_BYTES

/**
 * The text of a file that the command was given; `-` is standard input, taken as it comes, since its writer may be slower than we start.
 * @throws ClientError `invalid`; AbortError when the user interrupts.
 */
export async function readInput(file: string, stdin: AsyncIterable<Uint8Array>): Promise<string> {
  try {
    return file === '-' ? await readAll(stdin) : readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof ClientError || (error instanceof Error && error.name === 'AbortError')) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new ClientError('invalid', `${file} cannot be read (${code})`)
  }
}

async function readAll(stdin: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new ClientError('invalid', `standard input is too large: at most ${MOST_BYTES} bytes are read`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
