import type { LogWindow } from './window.ts'

/** The logs of one window that an earlier one does not hold. */
export interface Stretch {
  /** null: the beginning of everything. */
  readonly from: LogWindow | null
  readonly to: LogWindow
}

/**
 * Stretches that together hold every log of one: of those that are kept the longest that lead away from its beginning, the longest that
 * lead up to its end, and what lies between. Whatever window two of them meet at, what arrived before it is in the first and what
 * arrived after it in the second; so that logs of shards which were reset in between may be in them too.
 */
export function partsOf(stretch: Stretch, kept: readonly Stretch[]): readonly Stretch[] {
  const first: Stretch[] = []
  const last: Stretch[] = []
  let left = stretch.from
  for (;;) {
    const within = kept.filter(({ from, to }) => isSame(from, left) && numberOf(to) > numberOf(left) && numberOf(to) <= stretch.to.number)
    const [next] = within.sort((a, b) => b.to.number - a.to.number)
    if (next === undefined) break
    first.push(next)
    left = next.to
  }
  let right: LogWindow | null = stretch.to
  while (!isSame(left, right)) {
    const within = kept.filter(({ from, to }) => isSame(to, right) && numberOf(from) < numberOf(to) && (isSame(from, left) || numberOf(from) > numberOf(left)))
    const [before] = within.sort((a, b) => numberOf(a.from) - numberOf(b.from))
    if (before === undefined) break
    last.unshift(before)
    right = before.from
  }
  const between = right === null || isSame(left, right) ? [] : [{ from: left, to: right }]
  return [...first, ...between, ...last]
}

/** Two stretches have the same name if they hold the same logs. */
export function stretchName({ from, to }: Stretch): string {
  return `${to.kind} ${from?.id ?? 'zero'} ${to.id}`
}

function isSame(a: LogWindow | null, b: LogWindow | null): boolean {
  return a?.id === b?.id
}

function numberOf(window: LogWindow | null): number {
  return window?.number ?? 0
}
