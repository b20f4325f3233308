/** Results of work by key, as long as there is room for them. */
export interface Cache<T> {
  /**
   * Asked for several times at once the work is done once. Its result is kept if there is room, else given to those who wait for it alone.
   * @param keepMs for so long after anyone asked for it, it does not make room for others
   */
  get(key: string, keepMs: number, make: () => Promise<T>): Promise<T>
  /** The same for work that takes memory while it is done. @returns null when there is no room for so many bytes, and nothing is begun. */
  within(atMost: number, key: string, keepMs: number, make: () => Promise<T>): Promise<T> | null
  has(key: string): boolean
  forget(key: string): void
}

export interface CacheOptions<T> {
  readonly budgetBytes: number
  /** What a result takes, with whatever is held for its key. */
  readonly bytesOf: (value: T, key: string) => number
  /** Milliseconds that never go back. */
  readonly clock: () => number
  /** Told of each result that was not kept. */
  readonly unkept?: (key: string, bytes: number) => void
}

interface Entry<T> {
  readonly work: Promise<T>
  /** What it takes; while the work is done, what that may take. */
  bytes: number
  until: number
  isDone: boolean
}

/**
 * What is in and used stays: results that together are larger than the budget are not made and dropped in turns, but those that came
 * first are kept, and the rest are not. What nobody asked for in its time goes, the longest unused first, when its room is needed. What fails
 * is forgotten, so that the next asks again.
 */
export function createCache<T>({ budgetBytes, bytesOf, clock, unkept = () => undefined }: CacheOptions<T>): Cache<T> {
  const entries = new Map<string, Entry<T>>()
  let held = 0

  function forget(key: string): void {
    held -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }

  function makeRoom(bytes: number): boolean {
    const now = clock()
    const unused = [...entries].filter(([, { isDone, until }]) => isDone && until < now).sort(([, a], [, b]) => a.until - b.until)
    for (const [key] of unused) {
      if (held + bytes <= budgetBytes) break
      forget(key)
    }
    return held + bytes <= budgetBytes
  }

  function asked(key: string, keepMs: number): Promise<T> | null {
    const entry = entries.get(key)
    if (entry === undefined) return null
    entry.until = Math.max(entry.until, clock() + keepMs)
    return entry.work
  }

  function begin(atMost: number, key: string, keepMs: number, make: () => Promise<T>): Promise<T> {
    const entry: Entry<T> = { work: make(), bytes: atMost, until: clock() + keepMs, isDone: false }
    entries.set(key, entry)
    held += atMost
    entry.work.then(
      (value) => {
        if (entries.get(key) !== entry) return
        const bytes = bytesOf(value, key)
        held -= entry.bytes
        entry.bytes = 0
        // Not yet done: work that outlasted its time would make room for itself, and be counted without being in.
        if (makeRoom(bytes)) {
          held += bytes
          entry.bytes = bytes
          entry.isDone = true
          return
        }
        forget(key)
        unkept(key, bytes)
      },
      () => {
        if (entries.get(key) === entry) forget(key)
      },
    )
    return entry.work
  }

  return {
    get: (key, keepMs, make) => asked(key, keepMs) ?? begin(0, key, keepMs, make),
    within: (atMost, key, keepMs, make) => asked(key, keepMs) ?? (makeRoom(atMost) ? begin(atMost, key, keepMs, make) : null),
    has: (key) => entries.has(key),
    forget,
  }
}
