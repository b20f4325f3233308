import { fromHex, sameDigest, sha256 } from './digest.ts'
import { Problem } from './problem.ts'
import type { ReceivedFeed, Token } from './settings.ts'

/** Scheme in any case, one or more spaces, what RFC 6750 lets a token be made of; nothing longer is looked at. */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]{1,1024}=*)$/i

/** What a feed that is not there is compared with: as much work as one with one token. */
const NOBODY: readonly Token[] = [{ sha256: '0'.repeat(64) }]

/**
 * The feed that a request may write, by its bearer token. Digests are compared, and all of them, so that the time tells neither where a
 * token differs nor which of several it is; a feed that is not there is answered as a wrong token is.
 * @throws Problem `unauthorized`
 */
export async function authorized(request: Request, name: string, feeds: ReadonlyMap<string, ReceivedFeed>): Promise<ReceivedFeed> {
  const header = request.headers.get('authorization')
  const token = BEARER.exec(header ?? '')?.[1]
  if (token === undefined) {
    const found = header === null ? 'there is no header Authorization' : 'the header Authorization holds no bearer token'
    throw new Problem('unauthorized', `${found}; one such as "Authorization: Bearer TOKEN" is wanted`, { headers: { 'www-authenticate': 'Bearer' } })
  }
  const feed = feeds.get(name)
  const presented = await sha256(token)
  let known = false
  for (const each of feed?.tokens ?? NOBODY) {
    const same = sameDigest(presented, 'sha256' in each ? fromHex(each.sha256) : await sha256(each.secret))
    known = known || same
  }
  if (feed !== undefined && known) return feed
  throw new Problem('unauthorized', 'the bearer token in the header Authorization is none of this feed; one whose digest its settings hold is wanted', {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })
}
