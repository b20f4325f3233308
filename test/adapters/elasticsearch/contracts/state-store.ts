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
    expect(await states.version(feed, signal())).toBeNull()
    await states.write(feed, state, null, signal())
    expect(await states.read(feed, signal())).toEqual(state)
    await states.write(feed, freshState(feed.uid), await states.version(feed, signal()), signal())
    expect(await states.read(feed, signal())).toEqual(freshState(feed.uid))
    await states.remove(feed, signal())
    await states.remove(feed, signal())
    expect([await states.read(feed, signal()), await states.version(feed, signal())]).toEqual([null, null])
    await states.write(feed, state, null, signal())
    expect(await states.read(feed, signal())).toEqual(state)
  })

  it('S-07 writes by compare-and-set over the version that was taken before: a late writer learns that another was first', async () => {
    const { states, otherProcess } = make()
    const feed = someFeed()
    const wrote = (failedPulls: number): FeedState => ({ ...freshState(feed.uid), failedPulls })
    const lost = { code: 'StoreFailed', failureClass: 'retry' }
    await states.write(feed, wrote(1), null, signal())
    await expect(otherProcess.write(feed, wrote(2), null, signal())).rejects.toMatchObject(lost)
    const taken = await states.version(feed, signal())
    await otherProcess.write(feed, wrote(3), await otherProcess.version(feed, signal()), signal())
    // Whatever was read or written in between.
    expect(await states.read(feed, signal())).toEqual(wrote(3))
    await expect(states.write(feed, wrote(4), taken, signal())).rejects.toMatchObject(lost)
    expect(await otherProcess.read(feed, signal())).toEqual(wrote(3))
    await states.write(feed, wrote(5), await states.version(feed, signal()), signal())
    expect(await otherProcess.read(feed, signal())).toEqual(wrote(5))
  })

  it('S-07 L-05 does not bring back a state that was removed since its version was taken', async () => {
    const { states, otherProcess } = make()
    const feed = someFeed()
    await states.write(feed, freshState(feed.uid), null, signal())
    const taken = await states.version(feed, signal())
    await otherProcess.remove(feed, signal())
    await expect(states.write(feed, freshState(feed.uid), taken, signal())).rejects.toMatchObject({ code: 'StoreFailed', failureClass: 'retry' })
    expect(await states.read(feed, signal())).toBeNull()
  })

  it('S-07 lists every life of every feed of a cluster, or of one feed', async () => {
    const { states } = make()
    const cluster = randomUUID()
    const [one, two, other, elsewhere] = [someFeed('a', cluster), someFeed('a', cluster), someFeed('b', cluster), someFeed('a', randomUUID())]
    for (const feed of [one, two, other, elsewhere]) await states.write(feed, freshState(feed.uid), null, signal())
    expect([...(await states.list({ cluster }, signal()))].sort(byUid)).toEqual([one, two, other].sort(byUid))
    expect([...(await states.list({ cluster, name: 'a' }, signal()))].sort(byUid)).toEqual([one, two].sort(byUid))
  })

  it('S-07 lists a life once, also one of which there is only a record or a report', async () => {
    const { states, pulls, reports } = make()
    const cluster = randomUUID()
    const [whole, pulled, parsed] = [someFeed('a', cluster), someFeed('b', cluster), someFeed('c', cluster)]
    const report = { rejections: { counts: {}, samples: [] }, made: { sha256: someHash(), content: 'IPSet', pulled: true } } as const
    await states.write(whole, freshState(whole.uid), null, signal())
    for (const feed of [whole, pulled]) await pulls.write(feed, record(someHash()), signal())
    for (const feed of [whole, parsed]) await reports.write(feed, report, signal())
    expect([...(await states.list({ cluster }, signal()))].sort(byUid)).toEqual([whole, pulled, parsed].sort(byUid))
  })

  it('P-12 keeps the record of the newest body', async () => {
    const { pulls } = make()
    const feed = someFeed()
    expect(await pulls.read(feed, signal())).toBeNull()
    const newest = { ...record(someHash()), pullKey: 'second' }
    await pulls.write(feed, record(someHash()), signal())
    await pulls.write(feed, newest, signal())
    await pulls.assertWritable(feed, signal())
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
