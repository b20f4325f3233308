import { log } from '@temporalio/activity'

/** Says something in the worker's log. */
export type Tell = (message: string, fields: Readonly<Record<string, unknown>>) => void

/** What was said is remembered of so many things. */
const REMEMBERED = 1_000

/** Says something about each thing once, not at every search. */
export function tellOnce(tell: Tell = (message, fields) => log.warn(message, fields)): (about: string, ...said: Parameters<Tell>) => void {
  const told = new Set<string>()
  return (about, ...said) => {
    if (told.has(about)) return
    const [oldest] = told
    if (told.size === REMEMBERED && oldest !== undefined) told.delete(oldest)
    told.add(about)
    tell(...said)
  }
}
