import type { Manifest, World } from './world.ts'

/**
 * One text for all worlds that differ in nothing that can still matter: of sequence numbers and uploads only which are the same and
 * which come before which, not how many there were.
 */
export function keyOf(world: World): string {
  const { manifest, chunks, feeds, collectors, reader } = world
  const seqs = ranks([
    ...[manifest, reader?.seen, ...feeds.map(({ seen }) => seen), ...collectors.map(({ listed }) => listed)].flatMap((seen) => seen?.seq ?? []),
    ...feeds.flatMap(({ made }) => made ?? []),
  ])
  const uploads = ranks([
    ...[manifest, reader?.seen, ...feeds.map(({ seen }) => seen), ...collectors.map(({ listed }) => listed)].flatMap((seen) => seen?.upload ?? []),
    ...chunks.map(({ upload }) => upload),
    ...feeds.flatMap(({ upload }) => upload ?? []),
    ...collectors.flatMap((collector) => collector.uploads),
  ])
  const seen = (from: Manifest | null | undefined) => (from == null ? '' : `${seqs.get(from.seq)}:${uploads.get(from.upload)}:${from.old ? 'old' : ''}`)
  const rank = (of: ReadonlyMap<number, number>, value: number | null) => (value === null ? '' : String(of.get(value)))
  return [
    seen(manifest),
    chunks.map(({ upload, old }) => `${uploads.get(upload)}${old ? 'old' : ''}`).sort().join('+'),
    ...feeds.map((feed) => {
      const { step, op, whole, upload, made, inForce, pending, state, report, record, deaths } = feed
      const flags = [whole, inForce, pending, state, report, record].map(Number).join('')
      return [step, op, seen(feed.seen), rank(uploads, upload), rank(seqs, made), flags, deaths].join(',')
    }),
    ...collectors.map(({ op, listed, uploads: found }) => [op, seen(listed), ...found.map((upload) => rank(uploads, upload))].join(',')),
    reader === null ? '' : [reader.op, seen(reader.seen), reader.outdated].join(','),
    [world.misread, world.losses, world.lost].join(','),
  ].join('|')
}

function ranks(values: readonly number[]): ReadonlyMap<number, number> {
  return new Map([...new Set(values)].sort((a, b) => a - b).map((value, rank) => [value, rank]))
}
