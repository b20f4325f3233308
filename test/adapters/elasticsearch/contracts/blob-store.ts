import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import type { BlobStore } from '../../../../activities/ports/blob-store.ts'
import { bytesOf, collect, signal } from '../stores.ts'

/** What every BlobStore does, the real one and the fake. */
export function blobStoreContract(make: () => BlobStore): void {
  it.each([
    ['an empty blob', 0],
    ['a small blob', 1000],
    // Random bytes do not shrink, so this is three chunks of 768 KiB.
    ['a blob of several chunks', 2 * 1024 * 1024],
  ])('gives back %s, named by its hash', async (_, length) => {
    const blobs = make()
    const bytes = bytesOf(length)
    const ref = await blobs.put(inPieces(bytes), signal())
    expect(ref).toMatchObject({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: length })
    expect(Buffer.compare(await collect(blobs.get(ref.sha256, signal())), bytes)).toBe(0)
  })

  it('stores A, then B, then A again, and each can be read', async () => {
    const blobs = make()
    const [a, b] = [bytesOf(900_000), bytesOf(900_000)]
    const refs = []
    for (const bytes of [a, b, a]) refs.push(await blobs.put(inPieces(bytes), signal()))
    expect(refs[2]?.sha256).toBe(refs[0]?.sha256)
    expect(Buffer.compare(await collect(blobs.get(refs[0]?.sha256 ?? '', signal())), a)).toBe(0)
    expect(Buffer.compare(await collect(blobs.get(refs[1]?.sha256 ?? '', signal())), b)).toBe(0)
  })

  it('says BlobMissing of a blob it does not have, and of one that its maker removed', async () => {
    const blobs = make()
    await expect(collect(blobs.get('0'.repeat(64), signal()))).rejects.toMatchObject({ code: 'BlobMissing' })
    const ref = await blobs.put(inPieces(bytesOf(10)), signal())
    await blobs.removeMade(ref, signal())
    await blobs.removeMade(ref, signal())
    await expect(collect(blobs.get(ref.sha256, signal()))).rejects.toMatchObject({ code: 'BlobMissing' })
  })

  it.each(['stored', 'touched'])('P-12 removes no blob that someone %s since it was made, nor one that was there before', async (wish) => {
    const blobs = make()
    const bytes = bytesOf(10)
    const made = await blobs.put(inPieces(bytes), signal())
    const again = wish === 'stored' ? await blobs.put(inPieces(bytes), signal()) : made
    if (wish === 'touched') await blobs.touch(made.sha256, signal())
    await blobs.removeMade(made, signal())
    await blobs.removeMade(again, signal())
    expect(Buffer.compare(await collect(blobs.get(made.sha256, signal())), bytes)).toBe(0)
  })

  it('touches what is there and nothing else', async () => {
    const blobs = make()
    const { sha256 } = await blobs.put(inPieces(bytesOf(10)), signal())
    expect(await blobs.touch(sha256, signal())).toBe(true)
    expect(await blobs.touch('0'.repeat(64), signal())).toBe(false)
  })

  it('passes the failure of the stream on, and keeps nothing of it', async () => {
    const blobs = make()
    const bytes = bytesOf(100)
    const broken = (async function* () {
      yield bytes
      throw new RangeError('the host hung up')
    })()
    await expect(blobs.put(broken, signal())).rejects.toThrow(RangeError)
    await expect(collect(blobs.get(createHash('sha256').update(bytes).digest('hex'), signal()))).rejects.toMatchObject({ code: 'BlobMissing' })
  })

  it('throws the reason of an abort, not a failure of the store', async () => {
    const aborted = AbortSignal.abort(new TypeError('cancelled'))
    await expect(make().put(inPieces(bytesOf(10)), aborted)).rejects.toThrow(TypeError)
    await expect(collect(make().get('0'.repeat(64), aborted))).rejects.toThrow(TypeError)
  })

  it('P-12 takes a write', async () => {
    await expect(make().assertWritable(signal())).resolves.toBeUndefined()
  })
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 65_536) yield bytes.subarray(from, from + 65_536)
}
