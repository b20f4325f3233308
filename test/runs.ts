/** How often a property is tried: as often as the test says, or PROPERTY_RUNS times where that is set, for a long run by hand. */
export function runs(usual: number): number {
  return Number(process.env['PROPERTY_RUNS'] ?? usual)
}
