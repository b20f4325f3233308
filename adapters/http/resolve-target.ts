import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { AddressPolicy } from './address-policy.ts'
import { lastingFailure } from './failures.ts'

/** Addresses of a name, best first. Rejects with Node's codes (`ENOTFOUND`). */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/** As the machine resolves names: its hosts file, its resolver, its order of families. */
export const systemResolve: Resolve = async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address)

/** More addresses than any list's host has; the rest are not tried. */
const MOST_ADDRESSES = 16

/**
 * The addresses of a url's host that may be connected to, checked (contract P-10). They are what the connection is made to: the name is
 * not resolved a second time, so that an answer that changes in between changes nothing.
 * @throws FeedFailure when none may be.
 */
export async function checkedAddresses(url: URL, policy: AddressPolicy, resolve: Resolve): Promise<readonly string[]> {
  const found = await addressesOf(url, resolve)
  const verdicts = found.map((address) => ({ address, verdict: policy.judge(address) }))
  const good = verdicts.filter(({ verdict }) => verdict.ok).map(({ address }) => address)
  const bad = verdicts.find(({ verdict }) => !verdict.ok)?.verdict
  if (good.length === 0) throw refusal(url, bad && !bad.ok ? bad.why : 'no address at all')
  return good.slice(0, MOST_ADDRESSES)
}

/**
 * Checks a target that a proxy will resolve for itself: each address known here must be allowed, since the proxy may take any. A name
 * that does not resolve here is the proxy's to judge.
 */
export async function checkBehindProxy(url: URL, policy: AddressPolicy, resolve: Resolve): Promise<void> {
  const found = await addressesOf(url, resolve).catch(() => [])
  for (const address of found) {
    const verdict = policy.judge(address)
    if (!verdict.ok) throw refusal(url, verdict.why)
  }
}

async function addressesOf(url: URL, resolve: Resolve): Promise<readonly string[]> {
  // The URL parser has already turned every spelling of a literal (0x7f.1, 2130706433, [::ffff:7f00:1]) into one.
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(literal) === 0 ? resolve(url.hostname) : [literal]
}

function refusal(url: URL, why: string) {
  return lastingFailure(url.host, `its address is not one to pull from: ${why}`)
}
