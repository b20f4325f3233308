import { BodyRefused } from '../sets/body-refused.ts'

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]
/** Bytes from the first that is not blank: `<!doctype html` has 14, and may have its space on several lines. */
const LOOKED_AT = 64
/** Bytes in all that are waited for: what begins further down is no page's beginning. */
const MAX_HELD = 1024
const HTML = /^<(?:!--|(?:!doctype\s+html|html|head|body|title|meta|script)(?![a-z]))/i

/**
 * Passes a body on without its UTF-8 byte order mark (contract P-08). Holds its first bytes back until they are known to be no HTML
 * page, so that a reader never finds another fault first, whatever chunks a body comes in.
 * @throws BodyRefused as soon as it begins as an HTML page does, and at its end when it was empty or blank (contract P-11).
 */
export async function* fromStart(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array | null = new Uint8Array(0)
  let blank = true
  for await (const chunk of body) {
    if (held === null) {
      blank &&= firstSolid(chunk) === chunk.length
      yield chunk
      continue
    }
    held = joined(held, chunk)
    if (held.length < MAX_HELD && held.length - contentStart(held) < LOOKED_AT) continue
    blank = contentStart(held) === held.length
    yield checked(held)
    held = null
  }
  if (held !== null) {
    blank = contentStart(held) === held.length
    yield checked(held)
  }
  if (blank) throw new BodyRefused('the body is empty')
}

/** The first bytes of a body without their mark. */
function checked(held: Uint8Array): Uint8Array {
  const start = contentStart(held)
  const looked = held.subarray(start, Math.min(start + LOOKED_AT, Math.max(start, MAX_HELD)))
  if (HTML.test(String.fromCharCode(...looked))) throw new BodyRefused('the body is an HTML page, where a list was expected')
  return held.subarray(markLength(held))
}

/** Where the first byte is that is neither of the mark nor blank. */
function contentStart(held: Uint8Array): number {
  const mark = markLength(held)
  return mark + firstSolid(held.subarray(mark))
}

function markLength(held: Uint8Array): number {
  return BYTE_ORDER_MARK.every((byte, i) => held[i] === byte) ? BYTE_ORDER_MARK.length : 0
}

function firstSolid(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length && isBlank(bytes[at])) at++
  return at
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d)
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (before.length === 0) return after
  const all = new Uint8Array(before.length + after.length)
  all.set(before)
  all.set(after, before.length)
  return all
}
