import { describe, expect, it } from 'vitest'
import { type Doc, generateFlows, generateQueries, type World } from '../../../bench/search/generate-logs.ts'
import { hostSet, nameSet, networkSet, quietSet, union } from '../../../bench/search/sets.ts'
import { seeded } from '../../../bench/measure/random.ts'
import { parsePrefix } from '../../../domain/addresses/prefix.ts'
import { hitsIn } from '../../../domain/search/hits.ts'
import { readSet } from '../../../domain/sets/read-set.ts'

const world: World = {
  externals: Array.from({ length: 1_000 }, (_, i) => `203.0.${i >> 8}.${i & 255}`),
  names: Array.from({ length: 1_000 }, (_, i) => `name-${i}.example`),
}
const ENDS_AT = Date.UTC(2026, 0, 2)
const flows = [...generateFlows(world, 3_000, ENDS_AT)]
const queries = [...generateQueries(world, 3_000, ENDS_AT)]

describe('generated logs', () => {
  it('are the same on every machine', () => {
    expect([...generateFlows(world, 3_000, ENDS_AT)]).toEqual(flows)
    expect([...generateQueries(world, 3_000, ENDS_AT)]).toEqual(queries)
  })

  it('are spread over a day in the order of their arrival', () => {
    for (const logs of [flows, queries]) {
      const times = logs.map((log) => Number(log['@timestamp']))
      expect(times).toEqual([...times].sort((a, b) => a - b))
      expect([times[0], (times.at(-1) ?? 0) > ENDS_AT - 60_000]).toEqual([ENDS_AT - 86_400_000, true])
    }
  })

  it('speak of few addresses often and of many now and then, most going out', () => {
    const outside = flows.flatMap(({ source_ip: from, dest_ip: to }) => [from, to]).filter((ip) => typeof ip === 'string' && ip.startsWith('203.'))
    const times = new Map<unknown, number>()
    for (const ip of outside) times.set(ip, (times.get(ip) ?? 0) + 1)
    expect(Math.max(...times.values())).toBeGreaterThan(100)
    expect(times.size).toBeGreaterThan(400)
    expect(flows.filter(({ dest_ip: to }) => String(to).startsWith('203.')).length / flows.length).toBeCloseTo(0.5, 1)
  })

  it('hold addresses of answers, aliases and the names of mail hosts', () => {
    const types = queries.flatMap(({ rrsets }) => (rrsets as readonly Doc[]).map(({ type }) => type))
    expect(new Set(types)).toEqual(new Set(['A', 'CNAME', 'MX']))
    expect(queries.every(({ qname }) => world.names.includes(String(qname)))).toBe(true)
  })
})

describe('the sets of the bench', () => {
  const random = seeded(3)
  const hosts = hostSet(200, world, random)
  const networks = networkSet(300, random)
  const names = nameSet(200, world, random)

  it.each([
    [hosts, 'IPSet'],
    [networks, 'IPSet'],
    [names, 'DomainNameSet'],
    [union('both', hosts, networks), 'IPSet'],
  ] as const)('are canonical, as large as they say, and bear their hash', async ({ text, ref, members }, content) => {
    const read = await readSet(text, content)
    expect(read.ok && [read.set.sha256, read.set.members]).toEqual([ref.sha256, ref.members])
    expect(members).toHaveLength(ref.members)
  })

  it('hold some of what the logs speak of, or on purpose none', () => {
    const found = (members: readonly string[]) => flows.flatMap((source) => hitsIn({ index: '', id: '', source }, 'flow', { match: (ip) => (members.includes(`${ip}/32`) ? ip : null) }))
    expect(hosts.members).toHaveLength(200)
    expect(found(hosts.members).length).toBeGreaterThan(0)
    expect(found(quietSet(200, world, random).members)).toEqual([])
  })

  it('of networks leave out the cluster', () => {
    expect(networks.members.every((member) => typeof parsePrefix(member) !== 'string' && !member.startsWith('10.'))).toBe(true)
  })
})
