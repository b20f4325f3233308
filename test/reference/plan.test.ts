import { describe, expect, it } from 'vitest'
import { planOf } from './plan.ts'
import type { Deed, Plan } from './plan.ts'

const SEEDS = Array.from({ length: 60 }, (_, at) => at + 1)
const DEEDS: readonly Deed['do'][] = [
  ...(['offer', 'settle', 'disable', 'enable', 'roll logs over', 'roll events over', 'close', 'open', 'kill'] as const),
  ...(['restart the worker', 'pour logs', 'let time pass'] as const),
]
const VIOLENT: readonly Deed['do'][] = ['kill', 'restart the worker', 'close', 'disable']

const killed = ({ deeds }: Plan): readonly string[] => deeds.flatMap((deed) => (deed.do === 'kill' ? [deed.what.join(' and ')] : []))

describe('the story of a seed', () => {
  it('is the same each time', () => {
    expect(planOf(7)).toEqual(planOf(7))
    expect(planOf(7)).not.toEqual(planOf(8))
  })

  it('has in each five seeds in a row all that is done, every kill, and one and two workers', () => {
    for (const first of SEEDS) {
      const plans = [0, 1, 2, 3, 4].map((more) => planOf(first + more))
      const done = new Set(plans.flatMap(({ deeds }) => deeds.map((deed) => deed.do)))
      expect(DEEDS.filter((deed) => !done.has(deed))).toEqual([])
      const kills = new Set(plans.flatMap(killed))
      expect([...kills].sort()).toEqual(['elasticsearch', 'temporal', 'worker', 'worker and elasticsearch', 'worker and temporal'])
      expect(new Set(plans.map(({ workers }) => workers))).toEqual(new Set([1, 2]))
    }
  })

  it('lets a member leave only where nothing was owed and nothing has broken a search off since', () => {
    let left = 0
    for (const seed of SEEDS) {
      const { first, deeds, feeds } = planOf(seed)
      const sets = new Map(first.map(({ feed, members }) => [feed, members]))
      expect([...sets.keys()]).toEqual(feeds.map(({ name }) => name))
      const calm = new Set<string>()
      for (const deed of deeds) {
        if (deed.do === 'settle') calm.add(deed.feed)
        if (VIOLENT.includes(deed.do)) calm.clear()
        if (deed.do !== 'offer') continue
        const leave = (sets.get(deed.feed) ?? []).some((member) => !deed.members.includes(member))
        if (leave) expect(calm).toContain(deed.feed)
        if (leave) left += 1
        sets.set(deed.feed, deed.members)
      }
    }
    expect(left).toBeGreaterThan(60)
  })

  it('opens what it closed and enables what it disabled, and rolls over before it closes', () => {
    for (const seed of SEEDS) {
      const open = { close: 0, disable: 0 }
      const rolled = new Set<string>()
      for (const deed of planOf(seed).deeds) {
        if (deed.do === 'roll logs over') rolled.add(deed.kind)
        if (deed.do === 'close') {
          expect(rolled).toContain(deed.kind)
          open.close += 1
        }
        if (deed.do === 'open') open.close -= 1
        if (deed.do === 'disable') open.disable += 1
        if (deed.do === 'enable') open.disable -= 1
        expect(Math.min(open.close, open.disable)).toBeGreaterThanOrEqual(0)
      }
      expect(open).toEqual({ close: 0, disable: 0 })
    }
  })
})
