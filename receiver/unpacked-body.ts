import { type ReceiverLimits, sizeText } from './limits.ts'
import { Problem } from './problem.ts'
import { timedBody, tooLarge } from './timed-body.ts'

/**
 * Packed bytes that are given to the decoder at a time. What they come to is held at once in Deno, a thousandfold at most (DEFLATE's limit
 * is 1,032): 4 MiB.
 */
const SLICE = 4_096

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

async function* gunzipped(sent: AsyncGenerator<Uint8Array, void, undefined>): AsyncGenerator<Uint8Array, void, undefined> {
  let fault: unknown
  const packed = streamOf(slices(sent), (error) => {
    fault = error
  })
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } catch {
    // A fault of the sending reaches the reader in a form that each runtime chooses.
    throw fault ?? new Problem('broken-body', 'the body is not whole in gzip, as its header Content-Encoding says; one gzip stream and nothing after it is wanted')
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

async function* slices(sent: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  for await (const piece of sent) for (let at = 0; at < piece.length; at += SLICE) yield piece.slice(at, at + SLICE)
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
