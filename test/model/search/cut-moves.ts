import { nextPoints } from '../../../domain/search/cut.ts'
import type { ShardPoint } from '../../../domain/search/window.ts'
import { checkpointOf, newestOf, pairsOf, pointsOf, type Cut, type Feed, type Members, type World, type WrongRule } from './world.ts'

export const BEGINNING: Cut = { done: 0, newest: 0, read: null, made: null }

export type CutStep = 'read the newest window' | 'read the checkpoints' | 'refresh' | 'write the window'
const ORDER: readonly CutStep[] = ['read the newest window', 'read the checkpoints', 'refresh', 'write the window']
const WRONG_ORDERS: Partial<Record<WrongRule, readonly CutStep[]>> = {
  'logs are not refreshed before a window is written': ['read the newest window', 'read the checkpoints', 'write the window'],
  'logs are refreshed before the checkpoints are read': ['read the newest window', 'refresh', 'read the checkpoints', 'write the window'],
  'a window is written before the logs are refreshed': ['read the newest window', 'read the checkpoints', 'write the window', 'refresh'],
  'the checkpoints are read before the newest window': ['read the checkpoints', 'read the newest window', 'refresh', 'write the window'],
}

export interface CutMove {
  readonly label: CutStep
  readonly cut: Cut
  readonly world: World
  /** The window that this cut gave, once it is over. */
  readonly over: number | null
}

/** The next step of a cut (activities/search/cut-window.ts). */
export function cutMove(world: World, cut: Cut, wrong: WrongRule | null): CutMove {
  const order = (wrong === null ? undefined : WRONG_ORDERS[wrong]) ?? ORDER
  const label = order[cut.done]
  if (label === undefined) throw new Error('a cut that is over goes on')
  const done = { ...cut, done: cut.done + 1 }
  const made = (next: Cut, after: World): CutMove => ({ label, cut: next, world: after, over: next.done === order.length ? next.made : null })
  switch (label) {
    case 'read the newest window':
      return made({ ...done, newest: newestOf(world) }, world)
    case 'read the checkpoints':
      return made({ ...done, read: checkpointOf(world, wrong === 'the highest sequence number is taken for the checkpoint') }, world)
    case 'refresh':
      return made(done, { ...world, logs: world.logs.map((log) => ({ ...log, visible: log.visible || log.durable })) })
    case 'write the window': {
      const number = cut.newest + 1
      // Whoever loses takes the winner's.
      if (newestOf(world) >= number) return made({ ...done, made: number }, world)
      const { read } = cut
      if (read === null) throw new Error('a window is written before the checkpoints are read')
      const before = pointsOf(world, cut.newest) ?? []
      const points = next(before, [read], wrong)
      const feeds = world.feeds.map((feed) => ({ ...feed, must: feed.must | mustBeFound(world, feed, before, points) }))
      return made({ ...done, made: number }, { ...world, feeds, windows: [...world.windows, { number, points, read }] })
    }
  }
}

function next(before: readonly ShardPoint[], read: readonly ShardPoint[], wrong: WrongRule | null): readonly ShardPoint[] {
  if (wrong !== 'a shard of another history goes on with the old numbers') return nextPoints(before, read)
  return read.map((point) => ({ ...point, history: 'any', checkpoint: Math.max(point.checkpoint, before[0]?.checkpoint ?? -1) }))
}

/** what a window is the first to hold is searched with the set that is in force when it is written; while that changes either will do. */
function mustBeFound({ logs }: World, { version, versions, adoption }: Feed, before: readonly ShardPoint[], points: readonly ShardPoint[]): number {
  if (adoption !== null || version < 0) return 0
  const [from, to] = [before[0]?.checkpoint ?? -1, points[0]?.checkpoint ?? -1]
  const members: Members = versions[version] ?? 0
  return logs.slice(from + 1, to + 1).reduce((pairs, { id }) => pairs | pairsOf(members, id), 0)
}
