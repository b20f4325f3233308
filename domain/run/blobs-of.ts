import type { FeedState } from './state.ts'

/** Hashes of every blob that a state names: all that is to be there for as long as a run knows the state, or may load it. */
export function blobsOf({ version, owed, pending, debts }: FeedState): Set<string> {
  const named = [version?.set, owed?.set, owed?.next?.set, pending?.snapshot, pending?.set, ...debts.map(({ set }) => set)]
  return new Set(named.flatMap((blob) => blob?.sha256 ?? []))
}
