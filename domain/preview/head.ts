/** A body that can be read from its beginning as often as needed, each time as a stream. */
export type Body = () => AsyncIterable<Uint8Array>

/** The beginning of a body, from which its shape is told. */
export interface Head {
  readonly bytes: Uint8Array
  readonly text: string
  /** Without line ends and blank lines; the last line only where it is whole. */
  readonly lines: readonly string[]
  /** Whether it is all of the body. */
  readonly whole: boolean
}

/** Enough for some thousand lines, and for a licence above them. */
const HEAD_BYTES = 65_536

/** Reads the beginning of a body and no more. A UTF-8 byte order mark is left out. */
export async function readHead(body: Body): Promise<Head> {
  const bytes = new Uint8Array(HEAD_BYTES)
  let used = 0
  let whole = true
  for await (const chunk of body()) {
    const taken = chunk.subarray(0, HEAD_BYTES - used)
    bytes.set(taken, used)
    used += taken.length
    if (taken.length === chunk.length) continue
    whole = false
    break
  }
  const found = bytes.subarray(0, used)
  const text = new TextDecoder().decode(found)
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''))
  if (!whole && lines.length > 1) lines.pop()
  return { bytes: found, text, lines: lines.filter((line) => line.trim() !== ''), whole }
}
