/**
 * Called between two short stretches of parsing. It may wait, so that others have their turn, and throw, which ends the parsing:
 * reading a body that is at hand is one long computation otherwise.
 */
export type GiveWay = () => Promise<void>

/** For a body that is parsed in one go. */
export const keepGoing: GiveWay = () => Promise.resolve()

/** Bytes of a stretch: a few milliseconds of work. */
const PIECE = 65_536

/** A body in pieces of at most 64 KiB, giving way before each. */
export async function* inPieces(body: AsyncIterable<Uint8Array>, giveWay: GiveWay): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      await giveWay()
      yield chunk.subarray(at, at + PIECE)
    }
  }
}

/** A long computation on what is at hand, which stops between stretches of a few milliseconds. */
export type InStretches<Result> = Generator<void, Result, void>

/** Does all of it now. */
export function atOnce<Result>(work: InStretches<Result>): Result {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

/** Does it, giving way between two stretches. */
export async function bitByBit<Result>(work: InStretches<Result>, giveWay: GiveWay): Promise<Result> {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    await giveWay()
  }
}
