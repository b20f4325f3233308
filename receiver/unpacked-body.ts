import { concatenated } from './bytes.ts'
import { type ReceiverLimits, sizeText } from './limits.ts'
import { Problem } from './problem.ts'
import { timedBody, tooLarge } from './timed-body.ts'

/**
 * Packed bytes that are given to the decoder at a time. What they come to is held at once in Deno, a thousandfold at most (DEFLATE's limit
 * is 1,032): 4 MiB.
 */
const SLICE = 4_096
/** Bytes of the unpacked length at the end of a gzip stream. */
const LENGTH = 4

/**
 * A request's body unpacked, bounded in packed and in unpacked bytes and in time (contract P-07, P-08). A bomb is met at the limit and not
 * in memory.
 * @throws Problem `unsupported-encoding`, `too-large`, `too-slow`, `broken-body`
 */
export async function* unpackedBody(request: Request, maxBytes: number, limits: ReceiverLimits): AsyncGenerator<Uint8Array, void, undefined> {
  const sent = timedBody(request, limits)
  let bytes = 0
  for await (const piece of isPacked(request) ? gunzipped(sent) : sent) {
    bytes += piece.byteLength
    if (bytes > maxBytes) throw tooLarge(`is larger than ${sizeText(maxBytes)} unpacked`)
    yield piece
  }
}

/** Whether the body is gzip; every runtime unpacks that, and not every one the others that a pull knows. */
export function isPacked(request: Request): boolean {
  const encoding = (request.headers.get('content-encoding') ?? '').trim().toLowerCase()
  if (encoding === '' || encoding === 'identity') return false
  if (encoding === 'gzip' || encoding === 'x-gzip') return true
  throw new Problem('unsupported-encoding', 'the header Content-Encoding names another encoding than gzip; gzip or none is wanted', { headers: { 'accept-encoding': 'gzip' } })
}

/**
 * Node's decoder passes over what comes after a gzip stream, or goes on with a next one; the length at the very end tells. By the standard
 * either is an error, as elsewhere.
 */
async function* gunzipped(sent: AsyncGenerator<Uint8Array, void, undefined>): AsyncGenerator<Uint8Array, void, undefined> {
  const taken: Taken = { end: new Uint8Array(0), whole: false }
  let fault: unknown
  let bytes = 0
  const packed = streamOf(slices(sent, taken), (error) => {
    fault = error
  })
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      bytes += value.byteLength
      yield value
    }
  } catch {
    // A fault of the sending reaches the reader in a form that each runtime chooses.
    throw fault ?? notWhole()
  } finally {
    reader.cancel().catch(() => undefined)
  }
  if (!taken.whole || bytes % 2 ** 32 !== lengthIn(taken.end)) throw notWhole()
}

/** What the decoder has been given so far. */
interface Taken {
  /** Its last four bytes. */
  end: Uint8Array
  /** Whether that was all. */
  whole: boolean
}

/** The unpacked length, modulo 2^32, with which a gzip stream ends (RFC 1952, 2.3.1: ISIZE). */
function lengthIn(end: Uint8Array): number {
  return end.reduceRight((length, byte) => length * 256 + byte, 0)
}

function notWhole(): Problem {
  return new Problem('broken-body', 'the body is not whole in gzip, as its header Content-Encoding says; one gzip stream and nothing after it is wanted')
}

async function* slices(sent: AsyncIterable<Uint8Array>, taken: Taken): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  for await (const piece of sent) {
    for (let at = 0; at < piece.length; at += SLICE) yield piece.slice(at, at + SLICE)
    taken.end = concatenated(taken.end, piece.slice(-LENGTH)).slice(-LENGTH)
  }
  taken.whole = true
}

/** `ReadableStream.from` is not to be had everywhere. */
function streamOf(pieces: AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>, failed: (error: unknown) => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          failed(error)
          controller.error(error)
        }
      },
      async cancel() {
        await pieces.return()
      },
    },
    { highWaterMark: 0 },
  )
}
