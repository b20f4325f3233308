/** A feed that was away for less than four hours (240 windows of a minute) goes on exactly where it was. */
const ALL_KEPT = 240
/** Beyond, one window in 16: such a feed searches a quarter of an hour twice, and 8 days are 720 windows in place of 11,520. */
const EVERY = 16

/** Whether a window may go although it is not old: the neighbours of one that goes serve in its place. */
export function isThinned(number: number, newest: number): boolean {
  return number < newest - ALL_KEPT && number % EVERY !== 0
}
