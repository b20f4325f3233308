/** How long a search may go on. */
export interface Turn {
  /** Whether the rest is to wait for another time: asked between two portions, and true for good once it is. */
  isOver(): boolean
  /** Gives its place to others. */
  end(): void
}

/** Places of a worker for searches that last. */
export interface Places {
  /** False when all are taken. */
  take(): boolean
  give(): void
}

export function createPlaces(places: number): Places {
  let free = places
  return {
    take() {
      if (free === 0) return false
      free--
      return true
    },
    give() {
      free++
    },
  }
}

export interface TurnLimits {
  /** Milliseconds after which it goes on only while it has a place. */
  readonly longMs: number
  /** Milliseconds after which it is over in any case. */
  readonly mostMs: number
}

/**
 * A search's turn: some may last, and only so many at once, so that they never hold all the slots for steps, which other feeds wait for
 * (contract Q-10).
 * @param clock milliseconds that never go back.
 */
export function beginTurn(places: Places, { longMs, mostMs }: TurnLimits, clock: () => number): Turn {
  const begun = clock()
  let hasPlace = false
  let isOver = false
  return {
    isOver() {
      const lasted = clock() - begun
      if (isOver || lasted < longMs) return isOver
      hasPlace ||= places.take()
      isOver = !hasPlace || lasted >= mostMs
      return isOver
    },
    end() {
      if (hasPlace) places.give()
      hasPlace = false
    },
  }
}
