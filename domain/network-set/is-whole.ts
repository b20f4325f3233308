import { type HeldNetworkSet, networkSetName, SPAN_ANNOTATION } from './network-set.ts'
import { EVERY_ADDRESS, readSpan, spanText } from './span.ts'

/**
 * Whether objects own every address, each address one of them, and the primary the lowest, as a sync leaves them that was not disturbed: no
 * object of the network set is missing among them then (contract G-04).
 */
export function isWhole(objects: readonly HeldNetworkSet[], feedName: string): boolean {
  const primary = networkSetName(feedName)
  let next = EVERY_ADDRESS.first
  for (const { name, span } of bySpan(objects, primary)) {
    if (span === null || span.first !== next || (name === primary) !== (next === EVERY_ADDRESS.first)) return false
    next = span.last + 1n
  }
  return next > EVERY_ADDRESS.last
}

/** The only object of a network set says nothing of its span. */
function bySpan(objects: readonly HeldNetworkSet[], primary: string) {
  const spans = objects.map(({ name, annotations }) => {
    const unsaid = name === primary ? spanText(EVERY_ADDRESS) : ''
    return { name, span: readSpan(annotations[SPAN_ANNOTATION] ?? unsaid) }
  })
  return spans.sort((a, b) => ((a.span?.first ?? 0n) < (b.span?.first ?? 0n) ? -1 : 1))
}
