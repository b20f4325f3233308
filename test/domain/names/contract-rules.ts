const OUTER_DOTS = /^[.\u3002\uff0e\uff61]+|[.\u3002\uff0e\uff61]+$/g

/** Contract N-04: outer dots are trimmed, and they may be any that UTS-46 takes for dots. */
export function withoutOuterDots(name: string): string {
  return name.replace(OUTER_DOTS, '')
}

/**
 * Contract N-05 on top of what an implementation of UTS-46 makes of a name, written once more for the tests alone.
 * @returns the member, or null when it is to be rejected.
 */
export function memberOf(ascii: string | null): string | null {
  if (ascii === null) return null
  const name = withoutOuterDots(ascii)
  const labels = name.split('.')
  const isMember =
    labels.length > 1 &&
    name.length <= 253 &&
    labels.every((label) => label.length >= 1 && label.length <= 63 && /^[a-z0-9_-]+$/.test(label)) &&
    /[^0-9]/.test(labels.at(-1) ?? '')
  return isMember ? name : null
}
