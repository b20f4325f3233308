import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { disagreements } from '../measure/agree.ts'
import type { ContestResult, Figures } from '../measure/contest.ts'
import { type Machine, thisMachine } from '../measure/machine.ts'
import { seeded } from '../measure/random.ts'
import { generateAddresses, generateNames } from '../parse/generate.ts'
import { receiverBundle, serveOn, type ServingRuntime, SERVING_RUNTIMES } from './servings.ts'
import { openSwallowingStore, type SwallowingStore } from './swallowing-store.ts'

export interface ReceiverBench {
  readonly machine: Machine
  readonly lines: number
  readonly runs: number
  /** One for each body, a contestant for each runtime. */
  readonly pushes: readonly ContestResult[]
  /** Of the module for workerd, compressed. */
  readonly moduleBytes: number
}

export interface ReceiverBenchOptions {
  readonly lines: number
  readonly runs: number
  readonly progress: (line: string) => void
}

interface Body {
  readonly title: string
  readonly feed: 'addresses' | 'names'
  readonly bytes: Buffer<ArrayBuffer>
  readonly encoding: string
}

const SEED = 8
const TOKEN = randomBytes(32).toString('hex')
const tokens = [{ sha256: createHash('sha256').update(TOKEN).digest('hex') }]
const FEEDS = JSON.stringify({ addresses: { content: 'IPSet', tokens }, names: { content: 'DomainNameSet', tokens } })

/** Pushes the same lists to the receiver on each runtime, in turns: a process of its own for each run, which takes the list twice. */
export async function benchReceiver({ lines, runs, progress }: ReceiverBenchOptions): Promise<ReceiverBench> {
  const machine = thisMachine()
  const store = await openSwallowingStore()
  try {
    const pushes: ContestResult[] = []
    for (const body of bodies(lines)) pushes.push(await contest(body, runs, store, progress))
    return { machine, lines, runs, pushes, moduleBytes: gzipSync(await receiverBundle('worker'), { level: 9 }).length }
  } finally {
    await store.close()
  }
}

function bodies(lines: number): readonly Body[] {
  const random = seeded(SEED)
  const addresses = Buffer.from(`${generateAddresses(lines, random).members.join('\n')}\n`)
  const names = Buffer.from(`${generateNames(lines, random).members.join('\n')}\n`)
  return [
    { title: 'addresses', feed: 'addresses', bytes: addresses, encoding: 'identity' },
    { title: 'addresses, gzip', feed: 'addresses', bytes: gzipSync(addresses), encoding: 'gzip' },
    { title: 'names', feed: 'names', bytes: names, encoding: 'identity' },
  ]
}

async function contest(body: Body, runs: number, store: SwallowingStore, progress: (line: string) => void): Promise<ContestResult> {
  const results = SERVING_RUNTIMES.map(({ name }) => ({ name, facts: {} as Record<string, string | number>, runs: [] as Figures[] }))
  for (let turn = 0; turn < runs; turn++) {
    for (let i = 0; i < SERVING_RUNTIMES.length; i++) {
      const at = (turn + i) % SERVING_RUNTIMES.length
      const [runtime, result] = [SERVING_RUNTIMES[at], results[at]]
      if (runtime === undefined || result === undefined) continue
      progress(`${body.title}: ${runtime.name}, run ${turn + 1} of ${runs}`)
      const { facts, figures } = await pushTwice(runtime, body, store)
      result.facts = facts
      result.runs.push(figures)
    }
    const wrong = disagreements(results)
    if (wrong.length > 0) throw new Error(`${body.title}: ${wrong.join('; ')}`)
  }
  return { title: body.title, results, absent: [] }
}

async function pushTwice(runtime: ServingRuntime, body: Body, store: SwallowingStore): Promise<{ readonly facts: Record<string, string | number>; readonly figures: Figures }> {
  const serving = await serveOn(runtime, { RECEIVER_FEEDS: FEEDS, ELASTICSEARCH_URL: store.url })
  try {
    const before = await serving.cpuMs()
    const first = await push(serving.url, body)
    const cpuMs = (await serving.cpuMs()) - before
    const again = await push(serving.url, body)
    const facts = { sha256: again.sha256, members: again.members, documentBytes: store.taken() }
    return { facts, figures: { startMs: serving.startMs, firstMs: first.ms, cpuMs, againMs: again.ms, peakMB: await serving.peakMB() } }
  } finally {
    await serving.stop()
  }
}

async function push(url: string, { feed, bytes, encoding }: Body): Promise<{ readonly ms: number; readonly sha256: string; readonly members: number }> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'text/plain', 'content-encoding': encoding }
  const begun = performance.now()
  const answer = await fetch(`${url}/feeds/${feed}/set`, { method: 'POST', body: bytes, headers })
  const text = await answer.text()
  const ms = performance.now() - begun
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${text}`)
  const { set } = JSON.parse(text) as { set: { sha256: string; members: number } }
  return { ms, ...set }
}
