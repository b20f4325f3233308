import type { FeedKey } from '../domain/run/references.ts'
import type { FeedChange } from './ports/feed-api.ts'

/** A message that a feed's run should get. */
export interface Summons {
  readonly kind: 'lookAgain' | 'deleted'
  readonly feed: FeedKey
}

/**
 * What the controller knows of a cluster's feeds: those that exist by the last complete list and the changes since, and the messages
 * that are still to be sent. It decides from levels, not from edges: a message that could not be sent stays due, and a run that is
 * missing is missing again at the next comparison.
 */
export class FeedRoster {
  readonly #cluster: string
  /** uid by name; null before the first complete list. */
  #feeds: Map<string, string> | null = null
  /** The newest message to each run that has not arrived yet, by name. */
  readonly #due = new Map<string, Summons>()
  /** Last uid seen of names that are gone, for what still runs under them. */
  readonly #gone = new Map<string, string>()

  constructor(cluster: string) {
    this.#cluster = cluster
  }

  /** Takes in a change. @returns the messages to send now. */
  take(change: FeedChange): readonly Summons[] {
    switch (change.kind) {
      case 'listed':
        return this.#list(change.feeds)
      case 'changed':
        this.#feeds?.set(change.name, change.uid)
        this.#gone.delete(change.name)
        return [this.#makeDue(change.name, change.uid)]
      case 'deleted':
        if (this.#feeds?.get(change.name) === change.uid) this.#forget(change.name, change.uid)
        return [{ kind: 'deleted', feed: { cluster: this.#cluster, name: change.name, uid: change.uid } }]
    }
  }

  /** A message arrived: it is no longer due, unless something changed since it was made. */
  sent(summons: Summons): void {
    const { name } = summons.feed
    if (this.#due.get(name) === summons) this.#due.delete(name)
  }

  /**
   * Compares with the runs that there are. A feed without a run gets one. A run without a feed is asked to look, so that it confirms
   * the absence itself (contract L-05): a list is no proof of a deletion.
   * @returns the messages, and whether a run of a feed that is gone has ended since: one that was terminated has not cleaned up (contract L-06).
   */
  compare(running: readonly string[]): { readonly summons: readonly Summons[]; readonly ended: boolean } {
    if (this.#feeds === null) return { summons: [], ended: false }
    const runs = new Set(running)
    const summons: Summons[] = []
    for (const [name, uid] of this.#feeds) {
      const due = this.#due.get(name)
      if (due !== undefined || !runs.has(name)) summons.push(due ?? this.#lookAgain(name, uid))
    }
    for (const name of runs) if (!this.#feeds.has(name)) summons.push(this.#lookAgain(name, this.#gone.get(name) ?? ''))
    const ended = [...this.#gone.keys()].filter((name) => !runs.has(name))
    for (const name of ended) this.#gone.delete(name)
    return { summons, ended: ended.length > 0 }
  }

  /**
   * Lives that left something and have no feed: their run cleans up, one that ended is started for it (contract S-05, S-07). Call it with
   * a fresh list. Something that names a feed that lives under another name is that feed's own affair.
   * @returns the messages, and the former lives whose name another life has now.
   */
  sweep(lives: readonly FeedKey[]): { readonly summons: readonly Summons[]; readonly former: readonly FeedKey[] } {
    const feeds = this.#feeds
    if (feeds === null) return { summons: [], former: [] }
    const summons: Summons[] = []
    const living = new Set(feeds.values())
    for (const feed of lives.filter(({ name, uid }) => !feeds.has(name) && !living.has(uid))) {
      this.#gone.set(feed.name, feed.uid)
      summons.push({ kind: 'lookAgain', feed })
    }
    return { summons, former: lives.filter(({ name, uid }) => feeds.has(name) && feeds.get(name) !== uid) }
  }

  #list(feeds: readonly { readonly name: string; readonly uid: string }[]): readonly Summons[] {
    const before = this.#feeds
    this.#feeds = new Map(feeds.map(({ name, uid }) => [name, uid]))
    for (const [name, uid] of before ?? []) if (!this.#feeds.has(name)) this.#forget(name, uid)
    // After the first list every run looks: what changed while nobody watched is found so.
    const unseen = feeds.filter(({ name, uid }) => before?.get(name) !== uid)
    return unseen.map(({ name, uid }) => this.#makeDue(name, uid))
  }

  #forget(name: string, uid: string): void {
    this.#feeds?.delete(name)
    this.#due.delete(name)
    this.#gone.set(name, uid)
  }

  #makeDue(name: string, uid: string): Summons {
    const summons = this.#lookAgain(name, uid)
    this.#due.set(name, summons)
    return summons
  }

  #lookAgain(name: string, uid: string): Summons {
    return { kind: 'lookAgain', feed: { cluster: this.#cluster, name, uid } }
  }
}
