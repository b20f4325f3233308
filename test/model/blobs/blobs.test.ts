import { describe, expect, it } from 'vitest'
import { explore } from './explore.ts'
import { feedOf, worldOf, type Step, type World, type WrongRule } from './world.ts'

const ADOPTS: readonly Step[] = ['parse X', 'store X', 'tell']
const ADOPTS_ANOTHER: readonly Step[] = ['parse another', 'store another', 'tell']

const WORLDS = {
  'a feed that goes from X to another set and back': worldOf([feedOf([...ADOPTS, ...ADOPTS_ANOTHER, ...ADOPTS], 2)]),
  'the same with two collectors at once': worldOf([feedOf([...ADOPTS, ...ADOPTS_ANOTHER, 'parse X'], 1)], { collectors: 2 }),
  'two feeds that share X, one of which is deleted': worldOf([feedOf(['parse X', 'store X', 'delete'], 1), feedOf(['parse X', 'store X'], 0)]),
  'a feed whose body is X, and another whose set is': worldOf([feedOf(['pull X', 'store what was in X'], 1), feedOf(['parse X', 'store X'], 0)]),
  'a feed whose body is X, and another whose set is, and dies': worldOf([feedOf(['pull X', 'store what was in X'], 0), feedOf(['parse X', 'store X'], 1)]),
  'two feeds that pull X at once': worldOf([feedOf(['pull X', 'store what was in X'], 0), feedOf(['pull X', 'store what was in X'], 0)]),
  'two feeds that adopt X while it is read': worldOf([feedOf(['parse X', 'store X'], 0), feedOf(['parse X', 'store X'], 0)], { reads: true }),
  'a feed whose set loses its chunks while it is read': worldOf([feedOf([...ADOPTS, ...ADOPTS], 1)], { reads: true, losses: 1 }),
} as const satisfies Record<string, World>

const WRONG: Record<WrongRule, keyof typeof WORLDS> = {
  'what is there is used without touching it': 'a feed that goes from X to another set and back',
  'a manifest is removed whatever its version': 'a feed that goes from X to another set and back',
  'chunks are removed before their manifest': 'a feed that goes from X to another set and back',
  'no grace for blobs': 'a feed that goes from X to another set and back',
  'no grace for uploads': 'a feed that goes from X to another set and back',
  'whoever adopted a body removes it if nobody else names it': 'a feed whose body is X, and another whose set is',
  'a report does not name the set made': 'a feed that goes from X to another set and back',
  'an adoption does not name what was in force': 'a feed that goes from X to another set and back',
  'a manifest is replaced whatever became of it since it was looked at': 'two feeds that adopt X while it is read',
  'chunks are cleaned up after an answer that was lost': 'two feeds that share X, one of which is deleted',
}

describe('blobs, in every interleaving of those who store, name, read and collect them', () => {
  it.each(Object.entries(WORLDS))('S-07 nothing referred to is collected, and nothing else stays: %s', (_, world) => {
    const explored = explore(world)
    expect(explored.wrong).toBeNull()
    expect(explored.worlds).toBeGreaterThan(500)
  }, 60_000)

  it.each(Object.entries(WRONG))('S-07 something goes wrong if %s', (rule, where) => {
    expect(explore(WORLDS[where], rule as WrongRule).wrong).not.toBeNull()
  }, 60_000)
})
