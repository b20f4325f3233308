import { pipeline, Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import { lastingFailure } from './failures.ts'
import { sizeText } from './limits.ts'

export interface BodyLimits {
  readonly wireBytes: number
  readonly maxBytes: number
}

/** Nobody packs a list more than twice; each layer is one more decoder at work. */
const MOST_ENCODINGS = 2

/** Content encodings in the order they are undone. @throws FeedFailure for one that is not understood (contract P-08). */
export function contentEncodings(header: string | undefined, host: string): readonly string[] {
  const names = (header ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim().replace(/^x-gzip$/, 'gzip'))
    .filter((name) => name !== '' && name !== 'identity')
    .reverse()
  if (names.length > MOST_ENCODINGS) throw lastingFailure(host, `its body is packed more than ${MOST_ENCODINGS} times`)
  if (names.some((name) => !['gzip', 'deflate', 'br'].includes(name))) {
    throw lastingFailure(host, 'its body has a content encoding other than gzip, deflate and br')
  }
  return names
}

/**
 * The unpacked body. Both limits hold while it streams: decoders give at most one buffer ahead of the reader, so a bomb is met at the
 * limit and not in memory (contract P-07).
 */
export async function* unpackedBody(raw: Readable, encodings: readonly string[], limits: BodyLimits, host: string) {
  const counted = new Transform({ transform: wireCounter(limits.wireBytes, host) })
  let stream: Readable = pipeline(raw, counted, () => undefined)
  for (const name of encodings) stream = name === 'deflate' ? inflated(stream) : pipeline(stream, decoder(name), () => undefined)
  let bytes = 0
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength
      if (bytes > limits.maxBytes) throw lastingFailure(host, `its body is larger than ${sizeText(limits.maxBytes)} unpacked`)
      yield chunk
    }
  } finally {
    stream.destroy()
    raw.destroy()
  }
}

function wireCounter(limit: number, host: string) {
  let bytes = 0
  return (chunk: Buffer, _encoding: string, done: (error: Error | null, chunk?: Buffer) => void) => {
    bytes += chunk.byteLength
    if (bytes > limit) done(lastingFailure(host, `its body is larger than ${sizeText(limit)} on the wire`))
    else done(null, chunk)
  }
}

function decoder(name: string): Transform {
  return name === 'br' ? createBrotliDecompress() : createGunzip()
}

/** `deflate` is zlib's format (RFC 9110 8.4.1.2), and what some servers send instead is the bare stream: the first byte tells. */
function inflated(packed: Readable): Readable {
  return Readable.from(inflatedChunks(packed), { objectMode: false })
}

async function* inflatedChunks(packed: Readable): AsyncGenerator<Buffer> {
  const chunks = packed[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const first = await chunks.next()
  if (first.done) return
  // The low half of zlib's first byte is 8, the method (RFC 1950 2.2); a bare stream cannot begin so but with odd padding.
  const decoder = ((first.value[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw()
  const again = Readable.from(withFirst(first.value, chunks), { objectMode: false })
  yield* pipeline(again, decoder, () => undefined) as AsyncIterable<Buffer>
}

async function* withFirst(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}
