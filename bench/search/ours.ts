import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import type { EventStore } from '../../activities/ports/event-store.ts'
import type { LogSelection, LogStore } from '../../activities/ports/log-store.ts'
import type { WindowStore } from '../../activities/ports/window-store.ts'
import { createSearchBackward } from '../../activities/search-backward.ts'
import { createSearchForward } from '../../activities/search-forward.ts'
import { searchSlice } from '../../activities/search/search-slice.ts'
import { createSearchTools, type SearchPorts, type SearchTools } from '../../activities/search/search-ports.ts'
import { elasticsearchLogStore } from '../../adapters/elasticsearch/log-store.ts'
import type { LogKind } from '../../domain/feed/content.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { SearchBackwardInput, SearchBackwardOutput, SearchForwardInput } from '../../domain/run/steps.ts'
import { atOnce } from '../../domain/formats/give-way.ts'
import type { Way } from '../../domain/search/calibration.ts'
import { listedValues } from '../../domain/search/listed-values.ts'
import type { FieldValues } from '../../domain/search/log.ts'
import type { LogWindow, ShardPoint } from '../../domain/search/window.ts'
import { CLUSTER, INDICES, PATTERNS } from './load-logs.ts'
import type { Stretch } from './literal.ts'
import type { Client } from './server.ts'
import type { BenchSet } from './sets.ts'

const LOOKBACK_MS = 8 * 86_400_000
const ONE_WAY_MS = 600_000

export interface Asked {
  readonly digests: readonly LogSelection[]
  readonly finds: readonly { readonly selection: LogSelection; readonly by: FieldValues | null }[]
}

/** What a worker has, but for the windows, which the bench cuts where it likes, and the events, which it counts. */
export interface Product {
  readonly ports: SearchPorts
  /** Puts sets into the store, without reading them. */
  hold(sets: readonly BenchSet[]): void
  /** One search of new logs with what the worker holds, its digests left out: each window is new to it. */
  forward(stretch: Stretch, sets: readonly BenchSet[]): Promise<ReadonlySet<string>>
  /** A search of older logs for members that are owed, slice by slice to its end. */
  backward(stretch: Stretch, set: BenchSet): Promise<ReadonlySet<string>>
  /** What the last search of new logs asked Elasticsearch for, as the log store is asked. */
  asked(): Asked
  /** How the last search of older logs was made. */
  chosen(): Way | null
  /** The same search in one of its two ways, whatever the planner says. */
  oneWay(way: Way, stretch: Stretch, set: BenchSet): Promise<ReadonlySet<string>>
}

export async function product(client: Client): Promise<Product> {
  const blobs = new Map<string, Uint8Array>()
  const found = new Set<string>()
  const points = { flow: await pointsOf(client, 'flow'), dns: await pointsOf(client, 'dns') }
  let windows: readonly LogWindow[] = []
  const ports: SearchPorts = {
    windows: fixedWindows(() => windows),
    logs: { ...elasticsearchLogStore(client, PATTERNS), unsearchable: async () => null },
    events: countedEvents(found),
    blobs: {
      async *get(sha256) {
        const text = blobs.get(sha256)
        if (text === undefined) throw new FeedFailure('BlobMissing', 'wait', 'no such blob')
        yield text
      },
    },
    clock: () => performance.now(),
    now: () => new Date(),
    random: () => 'bench',
  }
  const held = createSearchTools(ports)
  const activity = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })
  const feed = (number: number) => ({ cluster: CLUSTER, name: `feed-${number}`, uid: `uid-${number}` })
  let number = 0
  let chosen: Way | null = null
  let asked: Noted = { digests: [], finds: [] }

  /** Windows that begin and end where a stretch does. */
  function cut({ kind, after, upTo }: Stretch): readonly [LogWindow, LogWindow] {
    const window = (checkpoint: number): LogWindow => ({
      kind,
      number: (number += 1),
      id: `bench.${number}`,
      cutAt: new Date().toISOString(),
      points: points[kind].map((point) => ({ ...point, checkpoint })),
    })
    const both = [window(after), window(upTo)] as const
    windows = both
    return both
  }

  function take(set: BenchSet): void {
    blobs.set(set.ref.sha256, set.text)
  }

  return {
    ports,
    hold: (sets) => sets.forEach(take),
    async forward(stretch, sets) {
      const [from] = cut(stretch)
      found.clear()
      const noting = { ...ports, logs: noted(ports.logs, (asked = { digests: [], finds: [] })) }
      const tools: SearchTools = { ...createSearchTools(noting), matchers: held.matchers }
      const search = createSearchForward(noting, tools)
      for (const [i, set] of sets.entries()) {
        take(set)
        const input: SearchForwardInput = {
          feed: feed(i),
          content: contentOf(stretch.kind),
          match: 'exact',
          set: set.ref,
          cursor: { number: from.number, id: from.id },
          debts: [],
          fresh: false,
          searchIntervalMs: 3_600_000,
        }
        await activity.run(search, input)
      }
      return new Set(found)
    },
    async backward(stretch, set) {
      const [, upTo] = cut(stretch)
      take(set)
      found.clear()
      const search = createSearchBackward(ports, held)
      let position: string | null = null
      do {
        const input: SearchBackwardInput = { feed: feed(0), content: contentOf(stretch.kind), match: 'exact', owed: set.ref, upTo, lookbackMs: LOOKBACK_MS, position }
        const output: SearchBackwardOutput = await activity.run(search, input)
        position = output.position
        chosen = output.cost?.way ?? null
      } while (position !== null)
      return new Set(found)
    },
    asked: () => asked,
    chosen: () => chosen,
    async oneWay(way, stretch, set) {
      take(set)
      found.clear()
      const content = contentOf(stretch.kind)
      const signal = AbortSignal.timeout(ONE_WAY_MS)
      const list = atOnce(listedValues(set))
      const plan = { way, list, members: { hosts: list.hosts.length, ranges: list.ranges.length }, estimatedMs: 0, otherMs: null }
      const matcher = await held.matchers.matcher(content, set.ref, 'exact', signal)
      const notBefore = new Date(Date.now() - LOOKBACK_MS).toISOString()
      const wanted = { feedName: feed(0).name, content, setVersion: set.ref.sha256, matcher, notBefore }
      const spans = points[stretch.kind].map(({ index, uuid, history, shard }) => ({ index, uuid, history, shard, after: stretch.after, upTo: stretch.upTo }))
      // Each portion's logs are found, and told by `found`, before the next one is asked for.
      const portions = searchSlice(ports, wanted, plan, spans, signal)
      while ((await portions.next()).done !== true) signal.throwIfAborted()
      return new Set(found)
    },
  }
}

function contentOf(kind: LogKind): 'IPSet' | 'DomainNameSet' {
  return kind === 'flow' ? 'IPSet' : 'DomainNameSet'
}

async function pointsOf(client: Client, kind: LogKind): Promise<readonly ShardPoint[]> {
  const points = await elasticsearchLogStore(client, PATTERNS).checkpoints(kind, AbortSignal.timeout(30_000))
  return points.filter(({ index }) => index === INDICES[kind])
}

interface Noted extends Asked {
  readonly digests: LogSelection[]
  readonly finds: Asked['finds'][number][]
}

/** The log store, which writes down what it is asked for. */
function noted(logs: LogStore, asked: Noted): LogStore {
  return {
    ...logs,
    digest(selection, ...rest) {
      asked.digests.push(selection)
      return logs.digest(selection, ...rest)
    },
    find(selection, by, signal) {
      asked.finds.push({ selection, by })
      return logs.find(selection, by, signal)
    },
  }
}

function fixedWindows(windows: () => readonly LogWindow[]): WindowStore {
  return {
    newest: async () => windows().at(-1) ?? null,
    read: async (_, number) => windows().find((window) => window.number === number) ?? null,
    older: async () => null,
    create: async () => false,
    prune: async () => undefined,
  }
}

/** Takes events as the store does, and keeps of each the log it tells of. */
function countedEvents(found: Set<string>): EventStore {
  return {
    async write(events) {
      for (const { document } of events) {
        const record = document['record'] as { readonly flow_log_id?: string; readonly dns_log_id?: string }
        found.add(record.flow_log_id ?? record.dns_log_id ?? '')
      }
      return events.length
    },
  }
}
