import { hasChunks, isNamed, withoutChunks, type Feed, type Move, type Op, type Step, type World, type WrongRule } from './world.ts'

const FIRST: Record<Step, Op> = {
  'parse X': 'find',
  'store X': 'write state',
  tell: 'write state',
  'parse another': 'write report',
  'store another': 'write state',
  'pull X': 'find',
  'store what was in X': 'write state',
  delete: 'remove report',
}

/** What may happen next by one feed: its next request, or the end of its process. */
export function feedMoves(world: World, at: number, wrong: WrongRule | null): readonly Move[] {
  const feed = world.feeds[at]
  const step = feed?.script[feed.step]
  if (feed === undefined || step === undefined) return []
  const to = (changes: Partial<Feed>, from: World = world): World => ({ ...from, feeds: from.feeds.map((other, n) => (n === at ? { ...other, ...changes } : other)) })
  if (feed.op === null) return [{ label: `feed ${at} begins: ${step}`, world: to({ op: FIRST[step], seen: null, whole: false, upload: null }) }]
  const label = `feed ${at}: ${feed.op}`
  const moves = request(world, feed, step, to, wrong).map((next) => ({ label, world: next }))
  if (feed.deaths === 0) return moves
  const dead = { op: null, deaths: feed.deaths - 1 }
  return [...moves, { label: `feed ${at} dies before: ${feed.op}`, world: to(dead) }]
}

type To = (changes: Partial<Feed>, from?: World) => World

function request(world: World, feed: Feed, step: Step, to: To, wrong: WrongRule | null): readonly World[] {
  const { seen, upload } = feed
  const wanted: Partial<Feed> = { seen: null, whole: false, upload: null, op: step === 'pull X' ? 'write record' : 'write report' }
  const end = (changes: Partial<Feed>): Partial<Feed> => ({ op: null, step: feed.step + 1, seen: null, whole: false, upload: null, ...changes })
  switch (feed.op) {
    case 'find':
    case 'find again':
      return [to({ seen: world.manifest, op: feed.op === 'find' ? 'check' : 'check again' })]
    case 'check':
    case 'check again': {
      const whole = seen !== null && hasChunks(world, seen.upload)
      const first = feed.op === 'check'
      if (!whole) return [to({ whole, op: first ? 'upload' : 'publish' })]
      if (wrong === 'what is there is used without touching it') return [to(first ? wanted : { op: 'drop own' })]
      return [to({ whole, op: first ? 'touch' : 'touch again' })]
    }
    case 'touch':
    case 'touch again': {
      const first = feed.op === 'touch'
      if (seen === null || world.manifest?.seq !== seen.seq) return [to({ op: first ? 'find' : 'find again' })]
      return [to(first ? wanted : { op: 'drop own' }, written(world, seen.upload))]
    }
    case 'upload':
      return [to({ upload: world.uploads + 1, op: 'find again' }, { ...world, uploads: world.uploads + 1, chunks: [...world.chunks, { upload: world.uploads + 1, old: false }] })]
    case 'publish': {
      // Written over what is there by now, in place of over what was found broken.
      const over = wrong === 'a manifest is replaced whatever became of it since it was looked at' ? world.manifest : seen
      if (upload === null || world.manifest?.seq !== over?.seq) return [to({ op: 'find again' })]
      const made = over === null && step === 'pull X' ? world.seq + 1 : null
      const done = to(over === null ? { ...wanted, made } : { made, seen: over, upload: null, op: 'drop broken' }, written(world, upload))
      return wrong === 'chunks are cleaned up after an answer that was lost' && feed.deaths > 0 ? [done, to({ op: 'clean up', deaths: feed.deaths - 1 }, written(world, upload))] : [done]
    }
    case 'clean up':
      return [to({ op: null }, withoutChunks(world, upload ?? undefined))]
    case 'drop own':
      return [to({ made: null, ...wanted }, withoutChunks(world, upload ?? undefined))]
    case 'drop broken':
      return [to(wanted, withoutChunks(world, seen?.upload))]
    case 'write record':
      return [to(end({ record: true, pending: true }))]
    case 'write report':
      return [to(end({ report: step === 'parse X' && wrong !== 'a report does not name the set made', pending: step === 'parse X' }))]
    case 'write state': {
      if (step === 'tell') return [to(end({ state: feed.inForce || feed.pending }))]
      const former = feed.inForce && wrong !== 'an adoption does not name what was in force'
      if (step === 'store what was in X') return [to({ state: former, op: 'remove record' })]
      const isX = step === 'store X'
      // The answer may be lost: the run goes on with what it had, and tries again.
      const failed = feed.deaths > 0 ? [to({ state: isX || former, op: null, deaths: feed.deaths - 1 })] : []
      return [to(end({ state: isX || former, inForce: isX, pending: false })), ...failed]
    }
    case 'remove record':
      // What was in it is adopted: nobody needs the body from here on.
      return [to({ record: false, pending: false, op: 'find made' })]
    case 'find made': {
      if (wrong === 'whoever adopted a body removes it if nobody else names it') {
        const others = { ...world, feeds: world.feeds.filter((other) => other !== feed) }
        return [to(isNamed(others) || world.manifest === null ? end({ made: null }) : { made: world.manifest.seq, seen: world.manifest, op: 'remove made' })]
      }
      return [to(world.manifest === null || world.manifest.seq !== feed.made ? end({ made: null }) : { seen: world.manifest, op: 'remove made' })]
    }
    case 'remove made':
      if (world.manifest?.seq !== feed.made) return [to(end({ made: null }))]
      return [to({ op: 'drop made' }, { ...world, manifest: null })]
    case 'drop made':
      return [to(end({ made: null }), withoutChunks(world, seen?.upload))]
    case 'remove report':
      return [to({ report: false, op: 'remove state' })]
    case 'remove state':
      return [to(end({ state: false, inForce: false, pending: false }))]
    case null:
      return []
  }
}

function written(world: World, upload: number): World {
  return { ...world, seq: world.seq + 1, manifest: { seq: world.seq + 1, upload, old: false } }
}
