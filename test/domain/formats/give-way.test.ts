import { describe, expect, it } from 'vitest'
import { atOnce, bitByBit, type InStretches, inPieces, keepGoing } from '../../../domain/formats/give-way.ts'
import { chunked } from './bodies.ts'

const PIECE = 65_536

describe('inPieces', () => {
  it('F-11 passes a body on in pieces of at most 64 KiB, giving way before each', async () => {
    const body = Uint8Array.from({ length: 3 * PIECE + 5 }, (_, i) => i % 251)
    const asked: number[] = []
    const pieces: Uint8Array[] = []
    const giveWay = async (): Promise<void> => {
      asked.push(pieces.length)
    }
    for await (const piece of inPieces(chunked(body, 2 * PIECE), giveWay)) pieces.push(piece)
    expect(pieces.map((piece) => piece.length)).toEqual([PIECE, PIECE, PIECE, 5])
    expect(asked).toEqual([0, 1, 2, 3])
    expect(pieces.flatMap((piece) => Array.from(piece))).toEqual(Array.from(body))
  })

  it('F-11 ends with what giving way throws', async () => {
    const pieces = inPieces(chunked('x'), () => Promise.reject(new Error('cancelled')))
    await expect(pieces.next()).rejects.toThrow('cancelled')
  })

  it('F-11 takes a body that needs no turns in one go', async () => {
    await expect(keepGoing()).resolves.toBeUndefined()
  })
})

describe('a computation in stretches', () => {
  function* sum(numbers: readonly number[]): InStretches<number> {
    let total = 0
    for (const number of numbers) {
      total += number
      yield
    }
    return total
  }

  it('is done at once, or giving way after each stretch', async () => {
    expect(atOnce(sum([1, 2, 3]))).toBe(6)
    let turns = 0
    const giveWay = async (): Promise<void> => void turns++
    expect(await bitByBit(sum([1, 2, 3]), giveWay)).toBe(6)
    expect(turns).toBe(3)
    expect(await bitByBit(sum([]), giveWay)).toBe(0)
    expect(turns).toBe(3)
  })

  it('ends with what giving way throws', async () => {
    await expect(bitByBit(sum([1]), () => Promise.reject(new Error('cancelled')))).rejects.toThrow('cancelled')
  })
})
