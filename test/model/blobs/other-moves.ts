import { hasChunks, isNamed, RESTING, withoutChunks, type Collector, type Move, type Reader, type World, type WrongRule } from './world.ts'

/** What may happen next by one collector: its next request, or the end of its process. */
export function collectorMoves(world: World, at: number, wrong: WrongRule | null): readonly Move[] {
  const collector = world.collectors[at]
  if (collector === undefined) return []
  const to = (next: Collector, from: World = world): World => ({ ...from, collectors: from.collectors.map((other, n) => (n === at ? next : other)) })
  const label = `collector ${at}: ${collector.op ?? 'list blobs'}`
  const moves = [{ label, world: request(world, collector, to, wrong) }]
  return collector.op === null ? moves : [...moves, { label: `collector ${at} dies before: ${collector.op}`, world: to(RESTING) }]
}

type To = (next: Collector, from?: World) => World

function request(world: World, collector: Collector, to: To, wrong: WrongRule | null): World {
  const { manifest } = world
  const { listed, uploads } = collector
  const chunksFirst = wrong === 'chunks are removed before their manifest'
  const listUploads: Collector = { ...RESTING, op: 'list uploads' }
  switch (collector.op) {
    case null:
      if (manifest === null || (!manifest.old && wrong !== 'no grace for blobs')) return to(listUploads)
      return to({ ...RESTING, op: 'ask who names it', listed: manifest })
    case 'ask who names it':
      return to(isNamed(world) ? listUploads : { ...collector, op: chunksFirst ? 'remove chunks' : 'remove manifest' })
    case 'remove manifest': {
      const next: Collector = chunksFirst ? listUploads : { ...collector, op: 'remove chunks' }
      if (manifest === null) return to(listUploads)
      if (manifest.seq !== listed?.seq && wrong !== 'a manifest is removed whatever its version') return to(listUploads)
      return to(next, { ...world, manifest: null })
    }
    case 'remove chunks': {
      const next: Collector = chunksFirst ? { ...collector, op: 'remove manifest' } : listUploads
      return to(next, withoutChunks(world, listed?.upload))
    }
    case 'list uploads': {
      const found = world.chunks.filter(({ old }) => old || wrong === 'no grace for uploads').map(({ upload }) => upload)
      return to(found.length === 0 ? RESTING : { ...RESTING, op: 'ask which are named', uploads: found })
    }
    case 'ask which are named': {
      const strays = uploads.filter((upload) => upload !== manifest?.upload)
      return to(strays.length === 0 ? RESTING : { ...RESTING, op: 'remove strays', uploads: strays })
    }
    case 'remove strays':
      return to(RESTING, uploads.reduce(withoutChunks, world))
  }
}

/** A search of the first feed that reads X; one that finds it broken removes it, so that it is made anew. */
export function readerMoves(world: World): readonly Move[] {
  const { reader, feeds, manifest } = world
  if (reader === null) return []
  const inForce = feeds[0]?.inForce === true
  const to = (next: Partial<Reader>, from: World = world): World => ({ ...from, reader: { op: null, seen: null, outdated: false, ...next } })
  const missed = (from: World): World => to({}, { ...from, misread: from.misread || (!reader.outdated && inForce && !world.lost) })
  switch (reader.op) {
    case null:
      return inForce ? [{ label: 'the reader begins', world: to({ op: 'read manifest' }) }] : []
    case 'read manifest':
      return [{ label: 'the reader reads the manifest', world: manifest === null ? missed(world) : to({ op: 'read chunks', seen: manifest, outdated: reader.outdated }) }]
    case 'read chunks': {
      const { seen } = reader
      if (seen === null || hasChunks(world, seen.upload)) return [{ label: 'the reader reads X', world: to({}) }]
      const forgets = manifest?.seq === seen.seq ? { ...world, manifest: null } : world
      return [{ label: 'the reader finds X broken', world: missed(forgets) }]
    }
  }
}

/** Time passes, between steps alone: each lasts far less than the grace. */
export function dayPasses(world: World): readonly Move[] {
  const { manifest, chunks, feeds, reader } = world
  const isYoung = (manifest !== null && !manifest.old) || chunks.some(({ old }) => !old)
  if (!isYoung || feeds.some(({ op }) => op !== null) || (reader !== null && reader.op !== null)) return []
  const old = manifest === null ? null : { ...manifest, old: true }
  return [{ label: 'two days pass', world: { ...world, manifest: old, chunks: chunks.map(({ upload }) => ({ upload, old: true })) } }]
}

/** Someone deletes the chunks of X by hand. */
export function chunksAreLost(world: World): readonly Move[] {
  const { manifest, losses } = world
  if (losses === 0 || manifest === null || !hasChunks(world, manifest.upload)) return []
  return [{ label: 'the chunks of X are lost', world: { ...withoutChunks(world, manifest.upload), losses: losses - 1, lost: true } }]
}
