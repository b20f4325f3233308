import { rootCertificates } from 'node:tls'

/**
 * What the certificates of feeds' hosts are checked by: the authorities that Node brings, and further ones. Naming any takes the place
 * of Node's own, so that these have to be named with them.
 */
export function authoritiesWith(extra: string): string[] {
  return [...rootCertificates, extra]
}
