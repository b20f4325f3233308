import { seeded, type Random } from '../measure/random.ts'
import { generateAddresses, generateNames } from '../parse/generate.ts'

/** Logs in a minute of the cluster that docs/performance.md measures, and what they speak of. */
export const MINUTE = { flow: 1_389, dns: 694 } as const
const DAY_MS = 86_400_000
const PODS = 3_000
const EXTERNALS = 200_000
const NAMES = 100_000

export type Doc = Readonly<Record<string, unknown>>

/** What the generated logs speak of: the most frequent first, since the rank decides (Zipf's law). */
export interface World {
  readonly externals: readonly string[]
  readonly names: readonly string[]
}

export function generateWorld(): World {
  const random = seeded(7)
  return { externals: generateAddresses(EXTERNALS, random).members, names: generateNames(NAMES, random).members }
}

/** Pods of a cluster in 10.0.0.0/8, in nodes of 100. */
function pod(number: number): string {
  return `10.${64 + (number >> 14)}.${(number / 100) & 255}.${(number % 100) + 10}`
}

/**
 * Flow logs in the order of their arrival, spread evenly over a day that ends at `endsAt`. Half go out, a fifth come in, the rest stay
 * within the cluster.
 * @param count all of the day; a part is generated as the whole is, the last `from` on.
 */
export function* generateFlows({ externals }: World, count: number, endsAt: number): Generator<Doc> {
  const random = seeded(11)
  const rank = zipf(externals.length, random)
  for (let i = 0; i < count; i++) {
    const inside = pod(random(PODS))
    const way = random(10)
    const other = way < 7 ? externals[rank()] ?? '' : pod(random(PODS))
    const out = way < 5 || way >= 7
    const ended = endsAt - Math.floor((DAY_MS * (count - i)) / count)
    yield {
      ...times(ended, Math.floor(ended / 1000)),
      ...side('source', out ? inside : other, out || way >= 7),
      ...side('dest', out ? other : inside, !out || way >= 7),
      dest_port: [443, 80, 53, 8080, 5432][random(5)],
      proto: random(8) === 0 ? 'udp' : 'tcp',
      action: random(20) === 0 ? 'deny' : 'allow',
      reporter: out ? 'src' : 'dst',
      bytes_in: random(100_000),
      bytes_out: random(100_000),
      num_flows: 1 + random(5),
      host: `node-${random(30)}`,
    }
  }
}

/** DNS logs, as flows are: a third answered over an alias, one in twenty by another record than an address. */
export function* generateQueries({ names }: World, count: number, endsAt: number): Generator<Doc> {
  const random = seeded(13)
  const rank = zipf(names.length, random)
  for (let i = 0; i < count; i++) {
    const ended = endsAt - Math.floor((DAY_MS * (count - i)) / count)
    const name = names[rank()] ?? ''
    const kind = random(60)
    const alias = `edge-${random(400)}.cdn.example.net`
    const address = (record: string): Doc => ({ name: record, type: 'A', class: 'IN', rdata: [`198.18.${random(256)}.${random(256)}`, `198.19.${random(256)}.${random(256)}`] })
    const number = random(PODS)
    yield {
      ...times(ended, new Date(ended).toISOString()),
      qname: name,
      qtype: kind < 3 ? 'MX' : 'A',
      rcode: 'NoError',
      client_name: `service-${number % 150}-${number}`,
      client_name_aggr: `service-${number % 150}-*`,
      client_namespace: `team-${number % 20}`,
      client_ip: pod(number),
      rrsets:
        kind < 3
          ? [{ name, type: 'MX', class: 'IN', rdata: [`10 mail.${name}`] }]
          : kind < 20
            ? [{ name, type: 'CNAME', class: 'IN', rdata: [alias] }, address(alias)]
            : [address(name)],
      count: 1 + random(5),
      host: `node-${random(30)}`,
    }
  }
}

function times(ended: number, end_time: number | string): Doc {
  return { end_time, '@timestamp': ended, generated_time: new Date(ended + 3_000).toISOString() }
}

function side(which: 'source' | 'dest', ip: string, inside: boolean): Doc {
  const number = Number(ip.split('.')[3]) + 256 * Number(ip.split('.')[2])
  const name = inside ? `service-${number % 150}-${number}` : '-'
  return {
    [`${which}_ip`]: ip,
    [`${which}_name`]: name,
    [`${which}_name_aggr`]: inside ? `service-${number % 150}-*` : 'pub',
    [`${which}_namespace`]: inside ? `team-${number % 20}` : '-',
    [`${which}_type`]: inside ? 'wep' : 'net',
  }
}

/** Ranks from 0 to below `count`, each as frequent as one over its number. */
function zipf(count: number, random: Random): () => number {
  const sums = new Float64Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) sums[i] = sum += 1 / (i + 1)
  return () => {
    const wanted = (random(2 ** 32) / 2 ** 32) * sum
    let low = 0
    for (let high = count - 1; low < high; ) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}
