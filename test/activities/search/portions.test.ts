import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { searchByDigest, searchByValues, type Portion } from '../../../activities/search/search-spans.ts'
import { PORTION_LOGS } from '../../../activities/search/slice-limits.ts'
import type { LogStore } from '../../../activities/ports/log-store.ts'
import type { FieldValues, LogDocument } from '../../../domain/search/log.ts'
import { cutSpans, logsIn } from '../../../domain/search/spans.ts'
import type { Span } from '../../../domain/search/window.ts'

const PAGE = 1_000
const MEMBER = '203.0.113.9'
const span = (shard: number, after: number, upTo: number): Span => ({ index: 'a', uuid: 'u', history: 'h', shard, after, upTo })
const never = AbortSignal.timeout(600_000)

interface Densities {
  /** Of so many logs one has the member as its source, and as its destination; 0: none. */
  readonly source: number
  readonly dest: number
}

/** Logs that are made as they are read, a page at a time and shard by shard, as Elasticsearch gives them. */
function madeLogs({ source, dest }: Densities) {
  const read: number[] = []
  const written: string[] = []
  const holds = (every: number, seq: number): boolean => every > 0 && seq % every === 0
  const logOf = (shard: number, seq: number): LogDocument => ({
    index: 'a',
    id: `${shard}-${seq}`,
    source: { source_ip: holds(source, seq) ? MEMBER : '10.0.0.1', dest_ip: holds(dest, seq) ? MEMBER : '10.0.0.2' },
  })
  const logs: Pick<LogStore, 'find'> = {
    async *find({ spans }, by) {
      for (const { shard, after, upTo } of spans) {
        const seqs = Array.from({ length: upTo - after }, (_, at) => after + 1 + at)
        const found = by === null ? seqs : seqs.filter((seq) => holds(by.field === 'source_ip' ? source : dest, seq))
        for (let at = 0; at < found.length; at += PAGE) {
          const page = found.slice(at, at + PAGE)
          read.push(page.length)
          yield { found: page.map((seq) => logOf(shard, seq)), unreachable: [], among: seqs.length, matching: found.length }
        }
      }
    },
  }
  const known = new Set<string>()
  const ports = {
    logs: logs as LogStore,
    now: () => new Date(0),
    events: {
      async write(events: readonly { readonly id: string }[]) {
        const fresh = events.filter(({ id }) => !known.has(id))
        for (const { id } of fresh) known.add(id)
        written.push(...events.map(({ id }) => id))
        return fresh.length
      },
    },
  }
  const matching = (spans: readonly Span[]): number =>
    spans.reduce((sum, { after, upTo }) => {
      for (let seq = after + 1; seq <= upTo; seq++) if (holds(source, seq) || holds(dest, seq)) sum++
      return sum
    }, 0)
  return { ports, matching, known, written, logsRead: () => read.reduce((sum, count) => sum + count, 0) }
}

const wanted = { feedName: 'f', content: 'IPSet', setVersion: 's', matcher: { match: (text: string) => (text === MEMBER ? MEMBER : null), bytes: 0, settle: async () => false } } as const
const fields: readonly FieldValues[] = [{ field: 'source_ip', values: [MEMBER] }, { field: 'dest_ip', values: [MEMBER] }]

async function collect(portions: AsyncIterable<Portion>): Promise<readonly Portion[]> {
  const all: Portion[] = []
  for await (const portion of portions) all.push(portion)
  return all
}
const sum = (portions: readonly Portion[], of: 'hits' | 'newEvents'): number => portions.reduce((total, portion) => total + portion[of], 0)

describe('logs of which many match', { timeout: 300_000 }, () => {
  it('Q-10 are all found, each as one event, in portions of bounded size whatever share of them matches', async () => {
    const shares = fc.record({ source: fc.constantFrom(0, 1, 2, 5, 700), dest: fc.constantFrom(0, 1, 3, 11, 5_000) })
    const lengths = fc.array(fc.integer({ min: 1, max: 15_000 }), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(shares, lengths, async (densities, shards) => {
        const { ports, matching, known } = madeLogs(densities)
        const spans = shards.map((upTo, shard) => span(shard, -1, upTo))
        const portions = await collect(searchByValues(ports, wanted, spans, fields, never))
        expect(known.size).toBe(matching(spans))
        expect(sum(portions, 'hits')).toBe(matching(spans))
        expect(portions.every((portion) => portion.hits <= 2 * PORTION_LOGS || logsIn(portion.spans) <= PORTION_LOGS)).toBe(true)
        expect(portions.reduce((logs, portion) => logs + logsIn(portion.spans), 0)).toBe(logsIn(spans))
      }),
      { numRuns: 8 },
    )
  })

  it('Q-10 are read about once when all of them match in every field', async () => {
    const { ports, logsRead, written } = madeLogs({ source: 1, dest: 1 })
    const portions = await collect(searchByValues(ports, wanted, [span(0, -1, 39_999)], fields, never))
    expect([sum(portions, 'hits'), sum(portions, 'newEvents'), written.length]).toEqual([40_000, 40_000, 40_000])
    expect(logsRead()).toBeLessThanOrEqual(40_000 + PAGE)
    expect(portions).toHaveLength(40_000 / PORTION_LOGS)
  })

  it('Q-10 are read by their values while they are few, in one portion, and again once the crowd is over', async () => {
    const few = madeLogs({ source: 0, dest: 1_000 })
    expect(await collect(searchByValues(few.ports, wanted, [span(0, -1, 199_999)], fields, never))).toHaveLength(1)
    expect(few.logsRead()).toBe(200)
    const many = madeLogs({ source: 0, dest: 3 })
    await collect(searchByValues(many.ports, wanted, [span(0, -1, 99_999)], fields, never))
    expect(many.logsRead()).toBeLessThan(1.5 * many.known.size)
  })

  it('Q-10 left after any portion are what was not searched, so that another search ends it', async () => {
    const { ports, matching, known } = madeLogs({ source: 1, dest: 0 })
    const spans = [span(0, -1, 24_999), span(1, 99, 9_999)]
    let left: readonly Span[] = spans
    let turns = 0
    while (left.length > 0) {
      for await (const portion of searchByValues(ports, wanted, left, fields, never)) {
        expect(logsIn(portion.left)).toBe(logsIn(left) - logsIn(portion.spans))
        left = portion.left
        break
      }
      turns++
    }
    expect(turns).toBeGreaterThan(2)
    expect(known.size).toBe(matching(spans))
  })

  it('Q-06 Q-10 that a digest could not reach come with the last portion, so that whoever stops before has them to do', async () => {
    const { ports, known } = madeLogs({ source: 1, dest: 1 })
    const [lost, there] = [span(0, -1, 9), span(1, -1, 29_999)]
    const portions = await collect(searchByDigest(ports, wanted, [lost, there], { found: fields, unreachable: [lost] }, never))
    expect(portions.map(({ unreachable, left }) => [unreachable, left.includes(lost)])).toEqual([[[], true], [[], true], [[lost], false]])
    expect(portions.at(-1)?.spans).toContain(lost)
    expect(known.size).toBe(30_000)
    expect(await collect(searchByDigest(ports, wanted, [lost], { found: [], unreachable: [lost] }, never))).toMatchObject([{ unreachable: [lost], spans: [lost], left: [] }])
  })
})

describe('a DNS log that matches in two fields', () => {
  const hidden = `${'a'.repeat(60)}.${'b'.repeat(60)}.example.org`
  const matcher = { match: (text: string) => (text.endsWith('.example.org') ? 'example.org' : null), bytes: 0, settle: async () => false }
  const sought = { ...wanted, content: 'DomainNameSet', matcher } as const

  /** Searches one log by what a digest told; it is found through each field of which the digest told something. */
  function search(log: LogDocument, digest: readonly FieldValues[]): Promise<readonly Portion[]> {
    const { ports } = madeLogs({ source: 0, dest: 0 })
    const find: LogStore['find'] = async function* () {
      yield { found: [log], unreachable: [], among: 1_000, matching: 1 }
    }
    return collect(searchByValues({ ...ports, logs: { ...ports.logs, find } }, sought, [span(0, -1, 999)], digest, never))
  }

  const answers: FieldValues = { field: 'rrsets.name', values: ['www.example.org'] }
  const log = { index: 'a', id: '1', source: { qname: hidden, rrsets: [{ name: 'www.example.org', type: 'A' }] } }

  it('Q-02 Q-06 is found through the one that the mapping does not leave out of the index, whichever is first in the log', async () => {
    const found = await search({ ...log, unindexed: ['qname'] }, [{ field: 'qname', values: [] }, answers])
    expect(found).toMatchObject([{ hits: 1, newEvents: 1 }])
  })

  it('E-01 counts once where it is found through both', async () => {
    const found = await search({ ...log, unindexed: ['rrsets.rdata'] }, [{ field: 'qname', values: [hidden] }, answers])
    expect(found).toMatchObject([{ hits: 1, newEvents: 1 }])
  })
})

describe('spans', () => {
  it('Q-10 are cut after so many logs, none lost and none twice', () => {
    const shards = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(shards, fc.integer({ min: 1, max: 100 }), (lengths, most) => {
        const spans = lengths.map((length, shard) => span(shard, -1, length))
        const [first, rest] = cutSpans(spans, most)
        expect(logsIn(first)).toBe(Math.min(most, logsIn(spans)))
        expect(logsIn(first) + logsIn(rest)).toBe(logsIn(spans))
        expect([...first, ...rest].every(({ after, upTo }) => upTo > after)).toBe(true)
      }),
    )
  })
})
