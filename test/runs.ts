/** How often a property is tried: as often as the test says, or PROPERTY_RUNS times where that is set, for a long run by hand. */
export function runs(usual: number): number {
  return Number(process.env['PROPERTY_RUNS'] ?? usual)
}

/** Milliseconds for so many: ten each on a busy machine, and half a minute at least. */
export function patience(usual: number): number {
  return Math.max(30_000, 10 * runs(usual))
}
