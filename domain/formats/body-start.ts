import { BodyRefused } from '../sets/body-refused.ts'

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]
/** Bytes from the first that is not blank: `<!doctype html` has 14, and may have its space on several lines. */
const LOOKED_AT = 64
const HTML = /^<(?:!--|(?:!doctype\s+html|html|head|body|title|meta|script)(?![a-z]))/i

/**
 * Passes a body on without its UTF-8 byte order mark (contract P-08), whatever chunks it comes in.
 * @throws BodyRefused at its end when it was empty or blank, and as soon as it begins as an HTML page does (contract P-11).
 */
export async function* fromStart(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let start: number[] | null = []
  let marked = 0
  for await (const chunk of body) {
    let from = 0
    while (marked < BYTE_ORDER_MARK.length && from < chunk.length && chunk[from] === BYTE_ORDER_MARK[marked]) {
      marked++
      from++
    }
    // Half a mark is no mark: its bytes were content.
    if (from < chunk.length && marked > 0 && marked < BYTE_ORDER_MARK.length) {
      yield Uint8Array.from(BYTE_ORDER_MARK.slice(0, marked))
      start?.push(...BYTE_ORDER_MARK.slice(0, marked))
    }
    if (from < chunk.length) marked = BYTE_ORDER_MARK.length
    if (from === chunk.length) continue
    const rest = chunk.subarray(from)
    if (start !== null) start = look(start, rest)
    yield rest
  }
  if (start !== null) assertContent(start)
}

/** What is seen of the start so far; null once it is long enough and found good. */
function look(start: number[], chunk: Uint8Array): number[] | null {
  for (const byte of chunk) {
    if (start.length > 0 || !isBlank(byte)) start.push(byte)
    if (start.length === LOOKED_AT) break
  }
  if (start.length < LOOKED_AT) return start
  assertContent(start)
  return null
}

function assertContent(start: readonly number[]): void {
  if (start.length === 0) throw new BodyRefused('the body is empty')
  if (HTML.test(String.fromCharCode(...start))) throw new BodyRefused('the body is an HTML page, where a list was expected')
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}
