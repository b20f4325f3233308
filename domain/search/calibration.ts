/** How logs are searched: their distinct values come here, or a list of values goes there. */
export type Way = 'digest' | 'terms'

/** How many times what was expected each way has cost of late: a running average. */
export type Calibration = Readonly<Record<Way, number>>

/** Before anything was measured: each way costs what is expected. */
export const UNCALIBRATED: Calibration = { digest: 1, terms: 1 }

/** Of the running average what one search makes up: some ten tell of a server that became slower. */
const WEIGHT = 1 / 8
/** What a search moves the way that was not taken: what is held against a way is forgotten in time, and it is tried again. */
const OTHER_WEIGHT = 1 / 64
/** One search that met a pause of the server says no more than this. */
const MOST = 10

/**
 * The calibration after a search. Ratios are averaged as such: twice as dear and half as dear cancel out.
 * @param expectedMs as estimated without calibration.
 */
export function calibrated(calibration: Calibration, way: Way, { expectedMs, measuredMs }: { readonly expectedMs: number; readonly measuredMs: number }): Calibration {
  if (!(expectedMs > 0 && measuredMs > 0)) return calibration
  const ratio = Math.min(MOST, Math.max(1 / MOST, measuredMs / expectedMs))
  const taken = towards(calibration[way], ratio, WEIGHT)
  const other = way === 'digest' ? 'terms' : 'digest'
  return { ...UNCALIBRATED, [way]: taken, [other]: towards(calibration[other], taken, OTHER_WEIGHT) }
}

function towards(value: number, goal: number, weight: number): number {
  return value ** (1 - weight) * goal ** weight
}
