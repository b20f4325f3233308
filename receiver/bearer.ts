import { fromHex, sameDigest, sha256 } from './digest.ts'
import { Problem } from './problem.ts'
import type { ReceivedFeed, Token } from './settings.ts'

/** What RFC 6750 lets a token be made of; nothing longer is looked at. */
const TOKEN = '[A-Za-z0-9\\-._~+/]{1,1024}=*'
/** Scheme in any case, one or more spaces. */
const BEARER = new RegExp(`^bearer +(${TOKEN})$`, 'i')
const WHOLE = new RegExp(`^${TOKEN}$`)

/** What a feed that is not there is compared with. */
const NOBODY: readonly Token[] = [{ sha256: '0'.repeat(64) }]

/** Made once for each token, so that a request makes one digest, its own, whichever feed it names. */
const digests = new WeakMap<Token, Uint8Array>()

/** Whether a text can be sent as a bearer token at all. */
export function canBeToken(text: string): boolean {
  return WHOLE.test(text)
}

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
    const same = sameDigest(presented, digests.get(each) ?? (await digestOf(each)))
    known = known || same
  }
  if (feed !== undefined && known) return feed
  throw new Problem('unauthorized', 'the bearer token in the header Authorization is none of this feed; one whose digest its settings hold is wanted', {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })
}

async function digestOf(token: Token): Promise<Uint8Array> {
  const digest = 'sha256' in token ? fromHex(token.sha256) : await sha256(token.secret)
  digests.set(token, digest)
  return digest
}
