import { inRanges, parseRanges } from './address-policy.ts'

/** The environment's proxies, each absent or the text of its variable. */
export interface ProxySettings {
  readonly httpProxy?: string | undefined
  readonly httpsProxy?: string | undefined
  readonly noProxy?: string | undefined
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/** The proxy a url is asked through, or null for none. `HTTPS_PROXY` is for https urls, `HTTP_PROXY` for http ones, as in curl and Go. */
export function proxyFor(url: URL, settings: ProxySettings): URL | null {
  const text = url.protocol === 'https:' ? settings.httpsProxy : settings.httpProxy
  if (!text || exempt(url, settings.noProxy ?? '')) return null
  return parseProxy(text)
}

/** A proxy's url; `host:port` alone means http. null when it is none or of another scheme. */
export function parseProxy(text: string): URL | null {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  if (!URL.canParse(full)) return null
  const url = new URL(full)
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : null
}

/** `NO_PROXY`: `*`, names (with everything below them), addresses, prefixes, each optionally with a port. */
function exempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.toLowerCase().replace(/\.$/, '')
  const port = url.port || DEFAULT_PORTS[url.protocol]
  return noProxy.split(/[,\s]+/).some((raw) => {
    const entry = raw.toLowerCase()
    if (entry === '') return false
    if (entry === '*') return true
    if (entry.includes('/')) return inRanges(host, parseRanges(entry).ranges)
    const parts = /^(\[[^\]]+\]|[^:]*)(?::(\d+))?$/.exec(entry)
    const name = (parts ? (parts[1] ?? '') : entry).replace(/^\*?\./, '').replace(/\.$/, '')
    if (parts?.[2] !== undefined && parts[2] !== port) return false
    return host === name || host === `[${name}]` || host.endsWith(`.${name}`)
  })
}
