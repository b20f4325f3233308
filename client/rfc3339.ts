/** UTC, whole seconds (contract T-03). */
export function rfc3339(time: Date | number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}
