/** Kubernetes allows 253; the longest name derived from a feed's (`threatfeed-<k>.<name>`) must fit too (contract V-16, G-04). */
export const MAX_FEED_NAME = 230

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/** Why a text cannot be the name of a feed, or null. */
export function feedNameProblem(name: string): string | null {
  if (name.length > MAX_FEED_NAME) return `must have at most ${MAX_FEED_NAME} characters, found ${name.length}`
  return SUBDOMAIN.test(name) ? null : 'must consist of lower-case letters, digits, "-" and "." between letters or digits'
}
