import { describe, expect, it } from 'vitest'
import { BlobCollector } from '../../activities/collect-blobs.ts'
import type { BlobCollection, BlobReferences, UntouchedBlob } from '../../activities/ports/blob-collection.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { signal } from '../adapters/elasticsearch/stores.ts'

const NOW = new Date('2026-05-06T07:08:09Z')
const A_DAY_AGO = new Date('2026-05-05T07:08:09Z')

function blob(name: string): UntouchedBlob {
  return { sha256: name, version: { seqNo: 1, primaryTerm: 1 }, upload: `upload of ${name}`, chunks: 1 }
}

/** Lists in pages of one, and a record of what was asked, in order. */
function scripted({ blobs = [], uploads = [], named = [] }: { blobs?: readonly string[]; uploads?: readonly string[]; named?: readonly string[] }) {
  const asked: string[] = []
  const pageOf = <Item>(all: readonly Item[], after: string | null) => {
    const at = after === null ? 0 : Number(after)
    return { items: all.slice(at, at + 1), next: at + 1 < all.length ? String(at + 1) : null }
  }
  const collection: BlobCollection = {
    async untouched(since, after) {
      asked.push(`untouched since ${since.toISOString()} after ${String(after)}`)
      return pageOf(blobs.map(blob), after)
    },
    async removeBlobs(removed) {
      asked.push(`remove ${removed.map(({ sha256 }) => sha256).join()}`)
      return removed.length
    },
    async stray(since, after) {
      asked.push(`stray since ${since.toISOString()} after ${String(after)}`)
      return pageOf(uploads, after)
    },
    async removeUploads(removed) {
      asked.push(`remove uploads ${removed.join()}`)
      return 2 * removed.length
    },
  }
  const references: BlobReferences = {
    async named(wanted) {
      asked.push(`named ${wanted.join()}`)
      return new Set(wanted.filter((sha256) => named.includes(sha256)))
    },
    async removeGivenUp(since) {
      asked.push(`given up since ${since.toISOString()}`)
      return 3
    },
  }
  return { asked, collection, references, now: () => NOW }
}

describe('a round of the collector', () => {
  it('S-07 asks who names a page of blobs after it was listed, and removes what nobody does', async () => {
    const ports = scripted({ blobs: ['a', 'b'], uploads: ['u'], named: ['a'] })
    expect(await new BlobCollector(ports).round(signal())).toEqual({ blobs: 1, strayChunks: 2, pullRecords: 3 })
    const since = A_DAY_AGO.toISOString()
    expect(ports.asked).toEqual([
      `given up since ${since}`,
      `untouched since ${since} after null`,
      'named a',
      'remove ',
      `untouched since ${since} after 1`,
      'named b',
      'remove b',
      `stray since ${since} after null`,
      'remove uploads u',
    ])
  })

  it('takes nothing where it cannot be told what is named', async () => {
    const ports = scripted({ blobs: ['a'] })
    const away = () => Promise.reject(new FeedFailure('StoreFailed', 'wait', 'away'))
    await expect(new BlobCollector({ ...ports, references: { ...ports.references, named: away } }).round(signal())).rejects.toMatchObject({ code: 'StoreFailed' })
    expect(ports.asked.filter((what) => what.startsWith('remove'))).toEqual([])
  })

  it('ends after 200 pages, and the next round goes on there, then from the beginning', async () => {
    const blobs = Array.from({ length: 250 }, (_, n) => String(n))
    const ports = scripted({ blobs, named: blobs })
    const collector = new BlobCollector(ports)
    const listed = async () => {
      ports.asked.length = 0
      await collector.round(signal())
      return ports.asked.filter((what) => what.startsWith('named')).map((what) => what.slice('named '.length))
    }
    expect(await listed()).toEqual(blobs.slice(0, 200))
    expect(await listed()).toEqual(blobs.slice(200))
    expect(await listed()).toEqual(blobs.slice(0, 200))
  })
})
