import { MockActivityEnvironment } from '@temporalio/testing'
import { compareSets } from '../../activities/compare-sets.ts'
import type { BlobStore } from '../../activities/ports/blob-store.ts'
import type { LogSelection } from '../../activities/ports/log-store.ts'
import { createSearchTools, type SearchPorts } from '../../activities/search/search-ports.ts'
import { createSearchBackward } from '../../activities/search-backward.ts'
import type { Content } from '../../domain/feed/content.ts'
import { parseBody } from '../../domain/formats/parse-body.ts'
import { freshState } from '../../domain/run/state.ts'
import type { SearchBackwardInput, SearchBackwardOutput } from '../../domain/run/steps.ts'
import type { LogDocument } from '../../domain/search/log.ts'
import { DIGEST_PAGE } from '../../domain/search/planner.ts'
import { logsIn } from '../../domain/search/spans.ts'
import type { LogWindow } from '../../domain/search/window.ts'

// Owes a first version of so many members to so many logs and searches for it, in a process of its own: node backward-process.ts CONTENT MEMBERS LOGS

const [content = 'IPSet', memberCount = '', logCount = ''] = process.argv.slice(2) as [Content, string, string]
const MEMBERS = Number(memberCount)
const LOGS = Number(logCount)
/** One log in so many holds a member; every other holds a value that no other log holds. */
const HIT_EVERY = 1_000

let peak = 0

function held(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function member(n: number): string {
  if (content === 'DomainNameSet') return `host-${n}.listed.example`
  return `${20 + (n >>> 16)}.${(n >>> 8) & 255}.${n & 255}.77`
}

function value(log: number): string {
  if (log % HIT_EVERY === 0) return member((log * 7) % MEMBERS)
  return content === 'DomainNameSet' ? `host-${log}.unlisted.example` : `10.${(log >>> 16) & 255}.${(log >>> 8) & 255}.${log & 255}`
}

async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
  for (let n = 0; n < MEMBERS; ) {
    let text = ''
    for (const end = Math.min(MEMBERS, n + 1_000); n < end; n += 1) text += `${member(n)}\n`
    yield new TextEncoder().encode(text)
  }
}

const parsed = await parseBody(body(), { content, format: { kind: 'newline' }, allowEmpty: false })
if (!parsed.ok) throw new Error(parsed.message)
const { set } = parsed.parsed

/** The set is the only blob. */
const blobs: Pick<BlobStore, 'get' | 'touch' | 'put'> = {
  touch: async () => true,
  put: async () => Promise.reject(new Error('nothing else is stored')),
  async *get() {
    for (let from = 0; from < set.text.length; from += 1_048_576) yield set.text.slice(from, from + 1_048_576)
  },
}

const kind = content === 'IPSet' ? 'flow' : 'dns'
const field = content === 'IPSet' ? 'dest_ip' : 'qname'
const last: LogWindow = { kind, number: 2, id: 'chain.2', cutAt: '', points: [{ index: 'a', uuid: 'u', history: 'h', shard: 0, checkpoint: LOGS - 1 }] }
const counts = { searched: 0, slices: 0 }
let clock = 0

function* logsOf({ spans }: LogSelection): Generator<number> {
  for (const { after, upTo } of spans) for (let log = after + 1; log <= upTo; log += 1) yield log
}

/** Values as a store hands them over. */
function* pagesOf(selection: LogSelection): Generator<string[]> {
  let page: string[] = []
  for (const log of logsOf(selection)) {
    page.push(value(log))
    if (page.length < DIGEST_PAGE) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}

const ports: SearchPorts = {
  blobs,
  clock: () => clock,
  now: () => new Date(0),
  random: () => 'r',
  events: { write: async (events) => events.length },
  windows: { newest: async () => last, read: async () => last, older: async () => null, create: async () => false, prune: async () => undefined },
  logs: {
    checkpoints: async () => [],
    refresh: async (_, points) => points,
    async digest(selection, _signal, take) {
      // A slice takes a minute, so that each activity searches one.
      clock += 60_000
      counts.searched += logsIn(selection.spans)
      if (take === undefined) return { found: [{ field, values: [...pagesOf(selection)].flat() }], unreachable: [] }
      for (const values of pagesOf(selection)) await take({ field, values }, selection.spans)
      return { found: [], unreachable: [] }
    },
    async *find(selection, by) {
      const wanted = new Set(by?.values)
      const holding = [...logsOf(selection)].filter((log) => log % HIT_EVERY === 0 && wanted.has(value(log)))
      const found = holding.map((log): LogDocument => ({ index: 'a', id: String(log), source: { [field]: value(log) } }))
      yield { found, unreachable: [], among: logsIn(selection.spans), matching: found.length }
    },
    unsearchable: async () => null,
  },
}

const watch = setInterval(() => (peak = Math.max(peak, held())), 2)
const feed = { cluster: 'cluster', name: 'large', uid: 'uid' }
const ref = { sha256: set.sha256, members: set.members }
const state = { ...freshState(feed.uid), cursor: { number: 2, id: 'chain.2' } }
const source = { kind: 'push', document: { indexUuid: 'i', seqNo: 0, primaryTerm: 1 } } as const
const before = held()
const { owed } = await compareSets(blobs as BlobStore, { feed, content, set: ref, source, state, lookbackMs: 1_000 }, set, AbortSignal.timeout(60_000))
if (owed === null) throw new Error('nothing is owed')
const tools = createSearchTools(ports)
const search = createSearchBackward(ports, tools)
let position: string | null = null
let hits = 0
do {
  const input: SearchBackwardInput = { feed, content, match: 'exact', owed: owed.set, upTo: owed.upTo, lookbackMs: 1_000, position }
  const output: SearchBackwardOutput = await new MockActivityEnvironment().run<[SearchBackwardInput], SearchBackwardOutput, typeof search>(search, input)
  position = output.position
  hits += output.hits
  counts.slices += 1
} while (position !== null)
clearInterval(watch)
process.stdout.write(JSON.stringify({ beyondMB: (Math.max(peak, held()) - before) / 1_000_000, owed: owed.set.members, hits, ...counts }))
