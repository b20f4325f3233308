import { describe, expect, it } from 'vitest'
import type { LogSelection } from '../../../activities/ports/log-store.ts'
import { createDigestCache, type Digest } from '../../../activities/search/digest-cache.ts'
import { searchByDigest } from '../../../activities/search/search-spans.ts'
import { spansBetween } from '../../../domain/search/spans.ts'
import type { LogWindow, Span } from '../../../domain/search/window.ts'

const signal = (): AbortSignal => AbortSignal.timeout(5_000)
const window = (number: number, kind: LogWindow['kind'] = 'flow'): LogWindow => ({
  kind, number, id: `w${number}`, cutAt: '', points: [{ index: 'a', uuid: 'u', history: 'h', shard: 0, checkpoint: number * 10 - 1 }],
})
const [one, two, three] = [window(1), window(2), window(3)]
const spanOf = (from: LogWindow | null, to: LogWindow): readonly Span[] => spansBetween(from?.points ?? null, to.points)

/** Logs of which each has its sequence number for an address. */
function counted({ budgetBytes, unreachable = [] }: { readonly budgetBytes?: number; readonly unreachable?: readonly Span[] } = {}) {
  const asked: LogSelection[] = []
  const clock = { at: 0 }
  const broken = { is: false }
  const said: unknown[] = []
  const digest = async (selection: LogSelection, aborted: AbortSignal): Promise<Digest> => {
    asked.push(selection)
    await new Promise((resolve) => setTimeout(resolve, 1))
    aborted.throwIfAborted()
    if (broken.is) throw new Error('down')
    const values = selection.spans.flatMap(({ after, upTo }) => Array.from({ length: upTo - after }, (_, i) => String(after + 1 + i)))
    return { found: [{ field: 'source_ip', values }, { field: 'dest_ip', values: [] }], unreachable: unreachable.filter(({ after }) => selection.spans.some((span) => span.after === after)) }
  }
  const digests = createDigestCache({ digest }, { clock: () => clock.at, tell: (...words) => said.push(words), ...(budgetBytes === undefined ? {} : { budgetBytes }) })
  return { digests, asked, clock, broken, said, between: (from: LogWindow | null, to: LogWindow) => digests.between({ from, to }, 60_000, signal(), { ms: 0 }) }
}
const valuesOf = ({ found }: Digest): readonly number[] => (found[0]?.values ?? []).map(Number).sort((a, b) => a - b)
const upTo = (after: number, to: number): readonly number[] => Array.from({ length: to - after }, (_, i) => after + i)

describe('digests that feeds share', () => {
  it('Q-10 are made once, whoever asks at the same moment or later, and for each kind of logs', async () => {
    const { asked, between } = counted()
    const all = await Promise.all(Array.from({ length: 50 }, () => between(one, two)))
    expect([await between(one, two), new Set(all).size]).toEqual([all[0], 1])
    await between({ ...one, kind: 'dns' }, { ...two, kind: 'dns' })
    expect(asked.map(({ kind }) => kind)).toEqual(['flow', 'dns'])
  })

  it('Q-06 Q-10 of a late feed are put together of those that are kept and one more', async () => {
    const { asked, between } = counted()
    await between(one, two)
    expect(valuesOf(await between(one, three))).toEqual(upTo(10, 30))
    expect(valuesOf(await between(null, three))).toEqual(upTo(0, 30))
    expect(valuesOf(await between(two, three))).toEqual(upTo(20, 30))
    expect(asked.map(({ spans }) => spans)).toEqual([spanOf(one, two), spanOf(two, three), spanOf(null, one)])
  })

  it('Q-06 of a feed that is later than any that is kept are of its own logs', async () => {
    const { asked, between } = counted()
    expect(valuesOf(await between(null, three))).toEqual(upTo(0, 30))
    expect(asked).toHaveLength(1)
  })

  it('Q-06 that failed are made again', async () => {
    const { asked, broken, between } = counted()
    await between(one, two)
    broken.is = true
    await expect(Promise.all([between(one, three), between(one, three)])).rejects.toThrow('down')
    broken.is = false
    expect(valuesOf(await between(one, three))).toEqual(upTo(10, 30))
    expect(asked).toHaveLength(3)
  })

  it('Q-06 go on for others where the feed that asked first was aborted', async () => {
    const { digests, asked, between } = counted()
    const aborted = new AbortController()
    const first = digests.between({ from: one, to: two }, 60_000, aborted.signal, { ms: 0 })
    const second = between(one, two)
    aborted.abort(new Error('cancelled'))
    await expect(first).rejects.toThrow('cancelled')
    expect([valuesOf(await second), asked.length]).toEqual([upTo(10, 20), 1])
  })

  it('Q-10 stay within a budget: what is in stays, what does not fit is made for those who ask, and it is said once', async () => {
    const { asked, said, clock, between } = counted({ budgetBytes: 1_000 })
    await between(one, two)
    for (let feed = 0; feed < 3; feed++) expect([valuesOf(await between(two, three)), valuesOf(await between(one, two))]).toEqual([upTo(20, 30), upTo(10, 20)])
    expect(asked.map(({ spans }) => spans)).toEqual([spanOf(one, two), spanOf(two, three), spanOf(two, three), spanOf(two, three)])
    expect(said).toEqual([['what logs hold is asked for again by each feed: the memory for digests is full', { bytes: 820, budgetBytes: 1_000 }]])
    clock.at = 60_001
    await between(two, three)
    await between(two, three)
    expect(asked).toHaveLength(5)
  })

  it('Q-10 count with the windows that they are between: quiet ones of many shards make room for newer ones', async () => {
    const { asked, clock, between } = counted({ budgetBytes: 1_000_000 })
    const absent = Array.from({ length: 200 }, (_, shard) => ({ index: 'a-deleted-index', uuid: 'g'.repeat(22), history: 'h'.repeat(22), shard, checkpoint: -1 }))
    const wide = (number: number): LogWindow => ({ ...window(number), points: [...window(number).points, ...absent] })
    for (let number = 1; number <= 50; number++) {
      await between(wide(number), wide(number + 1))
      clock.at += 60_001
    }
    expect(asked).toHaveLength(50)
    // Of 100,000 bytes each: 400 points of 240.
    for (let number = 50; number > 42; number--) await between(wide(number), wide(number + 1))
    expect(asked).toHaveLength(50)
    for (let number = 1; number <= 39; number++) await between(wide(number), wide(number + 1))
    expect(asked).toHaveLength(89)
  })

  it('Q-06 Q-10 of parts are shared as long as the newest window is the same', async () => {
    const { digests, asked } = counted()
    const part = (to: LogWindow) => digests.part({ kind: 'flow', to, spans: spanOf(null, one) }, 60_000, signal(), { ms: 0 })
    await Promise.all([part(two), part(two), part(three)])
    expect(asked).toHaveLength(2)
  })

  it('Q-06 leave every shard owed that one of their parts did not reach', async () => {
    const { between } = counted({ unreachable: spanOf(one, two) })
    await between(one, two)
    const found: (readonly Span[])[] = []
    const ports = {
      events: { write: async () => 0 },
      now: () => new Date(0),
      logs: {
        checkpoints: async () => [], refresh: async () => [], digest: async () => ({ found: [], unreachable: [] }), unsearchable: async () => null,
        find: async function* (selection: LogSelection) {
          found.push(selection.spans)
        },
      },
    }
    const matcher = { match: (value: string) => value, settle: async () => false }
    const wanted = { feedName: 'f', content: 'IPSet', setVersion: 'v', matcher } as const
    const search = async (from: LogWindow | null): Promise<readonly Span[]> => {
      const unreachable: Span[] = []
      for await (const portion of searchByDigest(ports, wanted, spanOf(from, three), await between(from, three), signal())) unreachable.push(...portion.unreachable)
      return unreachable
    }
    expect(await search(one)).toEqual(spanOf(one, three))
    expect(found).toEqual([])
    expect(await search(two)).toEqual([])
    expect(found).toEqual([spanOf(two, three)])
  })
})
