import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { PullRecord, PullRecords } from '../../../../activities/ports/blob-store.ts'
import type { RejectionReports, StateStore } from '../../../../activities/ports/state-store.ts'
import { freshState, type FeedState } from '../../../../domain/run/state.ts'
import { bytesOf, signal, someFeed } from '../stores.ts'

export interface StateStores {
  readonly states: StateStore
  /** The same documents as another process sees them. */
  readonly otherProcess: StateStore
  readonly pulls: PullRecords
  readonly reports: RejectionReports
}

/** What every StateStore, PullRecords and RejectionReports do, the real ones and the fakes. */
export function stateStoreContract(make: () => StateStores): void {
  it('S-07 gives back what a run knew, and null when nothing is known', async () => {
    const { states } = make()
    const feed = someFeed()
    expect(await states.read(feed, signal())).toBeNull()
    const state: FeedState = { ...freshState(feed.uid), cursor: { number: 7, id: 'w' }, conditions: [{ type: 'PullFailed', message: 'x' }] }
    await states.write(feed, state, signal())
    expect(await states.read(feed, signal())).toEqual(state)
    await states.write(feed, freshState(feed.uid), signal())
    expect(await states.read(feed, signal())).toEqual(freshState(feed.uid))
    await states.remove(feed, signal())
    await states.remove(feed, signal())
    expect(await states.read(feed, signal())).toBeNull()
    await states.write(feed, state, signal())
    expect(await states.read(feed, signal())).toEqual(state)
  })

  it('S-07 writes by compare-and-set: who lost learns it, reads again and may write', async () => {
    const { states, otherProcess } = make()
    const feed = someFeed()
    await states.write(feed, { ...freshState(feed.uid), failedPulls: 1 }, signal())
    await otherProcess.read(feed, signal())
    await otherProcess.write(feed, { ...freshState(feed.uid), failedPulls: 2 }, signal())
    const late = states.write(feed, { ...freshState(feed.uid), failedPulls: 3 }, signal())
    await expect(late).rejects.toMatchObject({ code: 'StoreFailed', failureClass: 'retry' })
    expect(await states.read(feed, signal())).toMatchObject({ failedPulls: 2 })
    await states.write(feed, { ...freshState(feed.uid), failedPulls: 4 }, signal())
    expect(await otherProcess.read(feed, signal())).toMatchObject({ failedPulls: 4 })
    await otherProcess.write(feed, { ...freshState(feed.uid), failedPulls: 5 }, signal())
    await expect(states.write(feed, freshState(feed.uid), signal())).rejects.toMatchObject({ failureClass: 'retry' })
    await states.write(feed, { ...freshState(feed.uid), failedPulls: 6 }, signal())
    expect(await otherProcess.read(feed, signal())).toMatchObject({ failedPulls: 6 })
  })

  it('S-07 lists every life of every feed of a cluster, for the sweep', async () => {
    const { states } = make()
    const cluster = randomUUID()
    const [one, two, elsewhere] = [someFeed('a', cluster), someFeed('a', cluster), someFeed('a', randomUUID())]
    for (const feed of [one, two, elsewhere]) await states.write(feed, freshState(feed.uid), signal())
    expect([...(await states.list(cluster, signal()))].sort(byUid)).toEqual([one, two].sort(byUid))
  })

  it('S-07 lists a life once, also one of which there is only a record or a report', async () => {
    const { states, pulls, reports } = make()
    const cluster = randomUUID()
    const [whole, pulled, parsed] = [someFeed('a', cluster), someFeed('b', cluster), someFeed('c', cluster)]
    const report = { rejections: { counts: {}, samples: [] }, made: { sha256: someHash(), content: 'IPSet', pulled: true } } as const
    await states.write(whole, freshState(whole.uid), signal())
    for (const feed of [whole, pulled]) await pulls.write(feed, record(someHash()), signal())
    for (const feed of [whole, parsed]) await reports.write(feed, report, signal())
    expect([...(await states.list(cluster, signal()))].sort(byUid)).toEqual([whole, pulled, parsed].sort(byUid))
  })

  it('P-12 keeps the record of the newest body', async () => {
    const { pulls } = make()
    const feed = someFeed()
    expect(await pulls.read(feed, signal())).toBeNull()
    const newest = { ...record(someHash()), pullKey: 'second' }
    await pulls.write(feed, record(someHash()), signal())
    await pulls.write(feed, newest, signal())
    expect(await pulls.read(feed, signal())).toEqual(newest)
    await pulls.remove(feed, signal())
    await pulls.remove(feed, signal())
    expect(await pulls.read(feed, signal())).toBeNull()
  })

  it('F-12 keeps samples of what was rejected', async () => {
    const { reports } = make()
    const feed = someFeed()
    expect(await reports.read(feed, signal())).toBeNull()
    const rejections = { counts: { zone: 2 }, samples: [{ line: 3, value: 'fe80::1%eth0', reason: 'zone' as const }] }
    const made = { sha256: someHash(), content: 'IPSet', pulled: true } as const
    expect(await reports.made(feed, signal())).toBeNull()
    await reports.write(feed, { rejections, made }, signal())
    expect(await reports.made(feed, signal())).toEqual(made)
    expect(await reports.read(feed, signal())).toEqual(rejections)
    await reports.remove(feed, signal())
    expect(await reports.read(feed, signal())).toBeNull()
  })
}

function record(sha256: string): PullRecord {
  const body = { pullHash: 'v1-x', content: 'IPSet', format: { kind: 'json', path: '$.ips' }, allowEmpty: true } as const
  return { pullKey: 'first', askedAt: 1_700_000_000_000, host: 'feeds.example', snapshot: { sha256, bytes: 1 }, validators: { etag: '"1"' }, ...body }
}

function someHash(): string {
  return Buffer.from(bytesOf(32)).toString('hex')
}

function byUid(a: { uid: string }, b: { uid: string }): number {
  return a.uid < b.uid ? -1 : 1
}
