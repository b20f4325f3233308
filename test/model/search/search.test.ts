import { describe, expect, it } from 'vitest'
import { explore, type Wrong } from './explore.ts'
import { owedTable } from './owed-table.ts'
import type { Bounds, Left, Members, WrongRule } from './world.ts'

const [M, N]: readonly [Members, Members] = [1, 2]
const BOTH: Members = M | N

function bounds(left: Partial<Left>, feeds: Bounds['feeds'], rest: Partial<Omit<Bounds, 'left' | 'feeds'>> = {}): Bounds {
  return { left: { logs: 0, cuts: 0, deaths: 0, resets: 0, ...left }, feeds, cutters: 0, atOnce: true, once: false, ...rest }
}

/** What is explored, and how many worlds that is. */
const WORLDS = {
  'logs that reach their copies in any order, while another worker cuts twice': [bounds({ logs: 2, cuts: 2 }, [[M]], { cutters: 1, atOnce: false, once: true }), 20_972],
  'three workers that cut at once': [bounds({ logs: 1, cuts: 2 }, [[M]], { cutters: 2, once: true }), 16_565],
  'two feeds that cut for each other': [bounds({ logs: 1 }, [[M], [M]], { once: true }), 18_978],
  'a member that joins, while another worker cuts': [bounds({ logs: 2, cuts: 1 }, [[M, BOTH]], { cutters: 1, once: true }), 26_939],
  'versions faster than the search of older logs': [bounds({ logs: 2 }, [[M, BOTH, N]]), 4_241],
  'a member that leaves and returns': [bounds({ logs: 2 }, [[BOTH, N, BOTH]]), 3_494],
  'a worker that dies, or a run that is terminated': [bounds({ logs: 2, deaths: 1 }, [[M, BOTH]]), 10_397],
  'a worker that dies while another cuts': [bounds({ logs: 1, cuts: 1, deaths: 1 }, [[M]], { cutters: 1, atOnce: false }), 5_787],
  'a shard that is restored with fewer logs': [bounds({ logs: 2, resets: 1 }, [[M, BOTH]]), 15_198],
} as const satisfies Record<string, readonly [Bounds, number]>

const WRONG: Record<WrongRule, readonly [keyof typeof WORLDS, Wrong]> = {
  'logs are not refreshed before a window is written': ['logs that reach their copies in any order, while another worker cuts twice', 'a pair is missed'],
  'logs are refreshed before the checkpoints are read': ['logs that reach their copies in any order, while another worker cuts twice', 'a pair is missed'],
  'a window is written before the logs are refreshed': ['logs that reach their copies in any order, while another worker cuts twice', 'a pair is missed'],
  'the checkpoints are read before the newest window': ['logs that reach their copies in any order, while another worker cuts twice', 'a pair is found twice'],
  'the highest sequence number is taken for the checkpoint': ['logs that reach their copies in any order, while another worker cuts twice', 'a pair is missed'],
  'a shard of another history goes on with the old numbers': ['a shard that is restored with fewer logs', 'a pair is missed'],
  'the backward search is bound by the newest window when its set is stored': ['a member that joins, while another worker cuts', 'a pair is found twice'],
  'a version owes only what it added': ['a member that joins, while another worker cuts', 'a pair is missed'],
  'a member that left and returned is not owed again': ['a member that leaves and returns', 'a pair is missed'],
  'what joins a backward search goes on where that is': ['versions faster than the search of older logs', 'a pair is missed'],
  'the end of a backward search forgets what joined meanwhile': ['a member that joins, while another worker cuts', 'a pair is missed'],
  'a slice counts for whatever is owed by its end': ['versions faster than the search of older logs', 'a pair is missed'],
  'what is stored is owed, whatever a slice did meanwhile': ['a member that joins, while another worker cuts', 'a pair is found twice'],
  'a version is adopted while a forward search is under way': ['a member that joins, while another worker cuts', 'a pair is missed'],
  'a version is adopted before logs are searched up to now': ['versions faster than the search of older logs', 'a pair is missed'],
  'an event gets another id each time it is found': ['a worker that dies, or a run that is terminated', 'a pair is found twice'],
}

const owedAfter = await owedTable()

describe('searching, in every interleaving of logs, cuts, searches, versions and deaths', () => {
  it.each(Object.entries(WORLDS))('Q-06 Q-07 no pair of member and log is missed, and none makes two events: %s', (_, [within, worlds]) => {
    const explored = explore(within, owedAfter)
    expect(explored.wrong).toBeNull()
    expect(explored.worlds).toBe(worlds)
    expect(explored.settled).toBeGreaterThan(0)
  }, 180_000)

  it.each(Object.entries(WRONG))('Q-06 Q-07 something goes wrong if %s', (rule, [where, what]) => {
    const [within] = WORLDS[where]
    expect(explore(within, owedAfter, rule as WrongRule).wrong).toMatchObject({ what })
  }, 180_000)
})
