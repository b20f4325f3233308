/** A time in UTC, RFC 3339, whole seconds, cut and not rounded (contract T-03). Milliseconds since the epoch, where it is a number. */
export function wholeSeconds(at: Date | number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
}
