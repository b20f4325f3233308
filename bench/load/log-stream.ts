import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@elastic/elasticsearch'
import { listedAddress } from './lists.ts'

/** One log in so many holds an address that a feed lists, the feeds in turn. */
export const LISTED_EVERY = 100
const PODS = 3_000
const ADDRESSES = 200_000
const TICK_MS = 250

export interface LogStreamOptions {
  readonly index: string
  readonly perSecond: number
  readonly feeds: number
}

/** When each listed log was written: milliseconds since the epoch, by the log's `_id`. */
export interface Written {
  readonly at: number
  readonly feed: number
}

/** Writes flow logs at a steady rate until it is stopped. */
export class LogStream {
  readonly listed = new Map<string, Written>()
  written = 0
  /** How far behind its own plan it is at most: an Elasticsearch that cannot take so many would make the bench a lie. */
  latestMs = 0
  #stopped = false
  readonly #client: Client
  readonly #options: LogStreamOptions
  #running: Promise<void> = Promise.resolve()

  constructor(client: Client, options: LogStreamOptions) {
    this.#client = client
    this.#options = options
  }

  start(): void {
    this.#running = this.#write()
    this.#running.catch(() => undefined)
  }

  /** @throws what kept it from writing. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #write(): Promise<void> {
    const { index, perSecond } = this.#options
    const begun = Date.now()
    while (!this.#stopped) {
      const due = Math.floor(((Date.now() - begun) / 1000) * perSecond)
      if (due > this.written) {
        const from = this.written
        this.written = due
        const operations = Array.from({ length: due - from }, (_, at) => this.#log(from + at, index)).flat()
        // As the product's collector writes: without a refresh.
        const { errors, items } = await this.#client.bulk({ operations, refresh: false })
        if (errors) throw new Error(`logs were refused: ${items.map(({ create }) => create?.error?.type).find(Boolean) ?? 'unknown'}`)
        this.latestMs = Math.max(this.latestMs, Date.now() - begun - (due / perSecond) * 1000)
      }
      await sleep(TICK_MS)
    }
  }

  #log(number: number, index: string): readonly object[] {
    const now = Date.now()
    const id = `log-${number}`
    const feed = number % LISTED_EVERY === 0 ? (number / LISTED_EVERY) % this.#options.feeds : null
    if (feed !== null) this.listed.set(id, { at: now, feed })
    return [{ create: { _index: index, _id: id } }, flow(number, feed === null ? popular(number) : listedAddress(feed), now)]
  }
}

/** By Zipf's law, roughly: an address of rank r as often as 1/r. All in 203.0.0.0/8, which no list holds. */
export function popular(number: number): string {
  const share = (Math.imul(number, 0x9e3779b1) >>> 0) / 2 ** 32
  const rank = Math.floor(ADDRESSES ** share)
  return `203.${(rank >>> 16) & 255}.${(rank >>> 8) & 255}.${rank & 255}`
}

/** A flow of one of 3,000 pods, each with one address in 10.0.0.0/8. */
export function flow(number: number, dest: string, now: number): Readonly<Record<string, string | number>> {
  const pod = number % PODS
  return {
    '@timestamp': now,
    start_time: Math.floor(now / 1000) - 15,
    end_time: Math.floor(now / 1000),
    source_ip: `10.1.${pod >>> 8}.${pod & 255}`,
    source_name: `pod-${pod}`,
    source_name_aggr: `pod-${pod % 300}-*`,
    source_namespace: `team-${pod % 40}`,
    source_type: 'wep',
    dest_ip: dest,
    dest_name: '-',
    dest_name_aggr: 'pub',
    dest_namespace: '-',
    dest_type: 'net',
    dest_port: 443,
    proto: 'tcp',
    action: number % 10 === 0 ? 'deny' : 'allow',
    reporter: 'src',
    host: `node-${pod % 50}`,
    bytes_in: 1_000,
    bytes_out: 2_000,
    num_flows: 1,
  }
}
