/**
 * Seconds from now that a `Retry-After` asks for, in either form (RFC 9110 10.2.3); undefined when it says nothing usable. What is
 * past is 0. The bound by the feed's period is put by who waits (contract P-06).
 */
export function retryAfterSeconds(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim()
  if (!text) return undefined
  // Nine digits are 31 years; more is nonsense.
  if (/^\d{1,9}$/.test(text)) return Number(text)
  // Only dates with a name of a day are HTTP dates; Date.parse alone would take "12" or "2026" as well.
  if (!/^(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?[, ]/i.test(text)) return undefined
  // The oldest form names no zone and means GMT; left to itself it would be this machine's.
  const at = Date.parse(/[A-Z]$/i.test(text) ? text : `${text} GMT`)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - nowMs) / 1000))
}
