import { isIP, type LookupFunction } from 'node:net'
import type { SecureContext } from 'node:tls'
import { buildConnector, Client } from 'undici'
import type { Attempt } from './attempt.ts'
import { connectionFailure, isTransient, lastingFailure, pullFailure } from './failures.ts'
import type { HttpLimits } from './limits.ts'

export interface Route {
  /** Addresses of the target, checked; not used behind a proxy. */
  readonly addresses: readonly string[]
  readonly proxy: URL | null
}

/** A client for one request, its path as the request line wants it, and headers that go to a plain proxy. */
export interface HopClient {
  readonly client: Client
  readonly path: string
  readonly extraHeaders: readonly string[]
}

/**
 * A client that makes one connection for one hop. Nothing is kept alive: feeds are hours apart, and a connection that outlived the check
 * of its address would be one more thing to check.
 * @param tls the authorities to accept; undefined: those that Node knows.
 */
export function openHop(target: URL, route: Route, attempt: Attempt, limits: HttpLimits, tls: SecureContext | undefined): HopClient {
  const path = `${target.pathname}${target.search}`
  // Clocks are the attempt's own: undici's are coarse and start again with each byte of a slow header. Its connect timeout stays, since it
  // is what closes a socket that is still connecting.
  const common = { timeout: limits.connectMs, ...(tls === undefined ? {} : { secureContext: tls }) }
  const options = { headersTimeout: 0, bodyTimeout: 0, pipelining: 0 }
  const connected = (connect: buildConnector.connector): buildConnector.connector => (details, done) => {
    connect(details, (...result) => {
      if (result[0] === null) attempt.phase('the answer', limits.firstByteMs)
      done(...result)
    })
  }
  if (!route.proxy) {
    const connect = buildConnector({ ...common, lookup: lookupOf(route.addresses), autoSelectFamily: true })
    return { client: new Client(target.origin, { ...options, connect: connected(connect) }), path, extraHeaders: [] }
  }
  const direct = buildConnector({ ...common, autoSelectFamily: true })
  // The Host header is the target's, and undici would take the name to verify from it.
  const toProxy: buildConnector.connector = (details, done) => {
    const own = { ...details }
    delete own.servername
    direct(own, done)
  }
  if (target.protocol === 'http:') {
    // A plain request goes to the proxy whole; many refuse to tunnel to port 80.
    const client = new Client(route.proxy.origin, { ...options, connect: connected(toProxy) })
    return { client, path: `${target.origin}${path}`, extraHeaders: ['host', target.host, ...authorization(route.proxy)] }
  }
  const tunnel = tunnelThrough(route.proxy, target, { toProxy, direct }, attempt)
  return { client: new Client(target.origin, { ...options, connect: connected(tunnel) }), path, extraHeaders: [] }
}

/** Gives the addresses that were checked, whatever is asked for. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address.split('%')[0] ?? '') }))
  return (_hostname, options, callback) => {
    const first = all[0]
    if (!first) callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0)
    else if (options.all) callback(null, all)
    else callback(null, first.address, first.family)
  }
}

/** TLS to the target inside a CONNECT to the proxy. */
function tunnelThrough(
  proxy: URL,
  target: URL,
  { toProxy, direct }: Readonly<Record<'toProxy' | 'direct', buildConnector.connector>>,
  attempt: Attempt,
): buildConnector.connector {
  return (details, done) => {
    const client = new Client(proxy.origin, { connect: toProxy, headersTimeout: 0, bodyTimeout: 0 })
    const authority = `${target.hostname}:${target.port || '443'}`
    client
      .connect({ path: authority, headers: ['host', authority, ...authorization(proxy)], signal: attempt.signal })
      .then(({ statusCode, socket }) => {
        if (statusCode === 200) {
          direct({ ...details, httpSocket: socket as NonNullable<buildConnector.Options['httpSocket']> }, done)
          return
        }
        socket.on('error', () => undefined).destroy()
        const failure = isTransient(statusCode) ? pullFailure : lastingFailure
        done(failure(target.host, `the proxy answered ${statusCode} when asked for a connection`, { status: statusCode }), null)
      })
      .catch((error: unknown) => {
        // As a failure of ours: after a socket's error of its own undici would ask the proxy again and again.
        done(connectionFailure(`${target.host} (through the proxy)`, error), null)
      })
  }
}

function authorization(proxy: URL): readonly string[] {
  if (proxy.username === '' && proxy.password === '') return []
  const pair = `${decoded(proxy.username)}:${decoded(proxy.password)}`
  return ['proxy-authorization', `Basic ${Buffer.from(pair).toString('base64')}`]
}

/** A bare `%` stands for itself, as in curl. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
