import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openGround } from './ground.ts'
import type { OpenGround } from './ground.ts'
import { runSeed } from './run-seed.ts'

/** Temporal and Elasticsearch of its own, since the stories kill them. */
let open: OpenGround

beforeAll(async () => {
  open = await openGround(inject('servers'))
})
afterAll(() => open.close())

describe('the security events of five stories', () => {
  it.each([1, 2, 3, 4, 5])('Q-06 Q-07 E-01 E-03 are those that the model says, each once: seed %i', { timeout: 600_000 }, async (seed) => {
    const { differences, events, story } = await runSeed(seed, open.ground)
    expect(differences.map(({ text }) => text), story.join('\n')).toEqual([])
    expect(events).toBeGreaterThan(100)
  })
})
