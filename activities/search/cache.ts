/** Work shared by key: asked for several times at once it is done once, and its result is kept while the budget lasts. */
export interface Cache<T> {
  get(key: string, make: () => Promise<T>): Promise<T>
}

/**
 * Least recently used goes first. What is larger than the whole budget is given to those who wait for it and not kept; what fails is
 * forgotten, so that the next asks again.
 */
export function createCache<T>(budgetBytes: number, size: (value: T) => number): Cache<T> {
  const entries = new Map<string, { readonly work: Promise<T>; bytes: number }>()
  let held = 0

  function forget(key: string): void {
    held -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }

  return {
    get(key, make) {
      const known = entries.get(key)
      if (known !== undefined) {
        // Last in the map is the most recently used.
        entries.delete(key)
        entries.set(key, known)
        return known.work
      }
      const entry = { work: make(), bytes: 0 }
      entries.set(key, entry)
      entry.work.then(
        (value) => {
          if (entries.get(key) !== entry) return
          entry.bytes = size(value)
          held += entry.bytes
          if (entry.bytes > budgetBytes) forget(key)
          for (const [old, { bytes }] of entries) {
            if (held <= budgetBytes) break
            // What is still being made has no size yet, and others wait for it.
            if (bytes > 0 && old !== key) forget(old)
          }
        },
        () => {
          if (entries.get(key) === entry) forget(key)
        },
      )
      return entry.work
    },
  }
}
