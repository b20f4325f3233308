import { durationText, type ReceiverLimits, sizeText } from './limits.ts'
import { Problem } from './problem.ts'

type BodyLimits = Pick<ReceiverLimits, 'wireBytes' | 'bodyMs' | 'idleMs'>

/**
 * A request's body as it is sent, bounded in bytes and in time: between two pieces and in all (contract P-07). Ends the reading of the
 * request when whoever reads it ends.
 * @throws Problem `too-large`, `too-slow`, `broken-body`
 */
export async function* timedBody(request: Request, limits: BodyLimits): AsyncGenerator<Uint8Array, void, undefined> {
  refuseAnnounced(request, limits)
  const reader = request.body?.getReader()
  if (reader === undefined) return
  const deadline = Date.now() + limits.bodyMs
  let bytes = 0
  try {
    for (;;) {
      const { done, value } = await nextPiece(reader, deadline, limits)
      if (done) return
      bytes += value.byteLength
      if (bytes > limits.wireBytes) throw tooLarge(`is larger than ${sizeText(limits.wireBytes)} as it is sent`)
      yield value
    }
  } finally {
    // Not waited for: it may never be answered, and nothing hangs on it.
    reader.cancel().catch(() => undefined)
  }
}

/** @param what such as `is larger than 100 MiB as it is sent`. */
export function tooLarge(what: string): Problem {
  return new Problem('too-large', `the body ${what}, the most that is read`)
}

/** A length that is announced is refused before anything is read. */
function refuseAnnounced(request: Request, { wireBytes }: BodyLimits): void {
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (announced > wireBytes) throw tooLarge(`has ${announced} bytes by its header Content-Length, and is larger than ${sizeText(wireBytes)}`)
}

async function nextPiece(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  /** Milliseconds since the epoch. */
  deadline: number,
  { bodyMs, idleMs }: BodyLimits,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  const left = deadline - Date.now()
  const idle = left > idleMs
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<never>((_, reject) => {
    const found = idle ? `nothing of the body came for ${durationText(idleMs)}` : `the body was not whole after ${durationText(bodyMs)}`
    timer = setTimeout(() => reject(new Problem('too-slow', `${found}; it is to come within ${durationText(bodyMs)}, without a pause of ${durationText(idleMs)}`)), Math.max(0, idle ? idleMs : left))
  })
  try {
    return await Promise.race([reader.read(), patience])
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('broken-body', 'the body broke off before its end; send all of it')
  } finally {
    clearTimeout(timer)
  }
}
