const API_VERSION = 'projectcalico.org/v3'

/** Names of the feeds in the images, by what they show. */
export const SHOWN = { healthy: 'deny-list', names: 'malware-domains', failing: 'partner-list', disabled: 'retired-list', cancelled: 'trial-list' } as const

/** A manifest as `kubectl apply` takes it: one feed that is well and enforced, one of names, one whose host will fail, one disabled, one that will be cancelled. */
export function feedsShown(host: string): string {
  const feed = (name: string, spec: Record<string, unknown>): object => ({ apiVersion: API_VERSION, kind: 'GlobalThreatFeed', metadata: { name }, spec })
  const items = [
    feed(SHOWN.healthy, {
      content: 'IPSet',
      description: 'Addresses and networks that nothing in the cluster may speak to',
      globalNetworkSet: { labels: { threatfeed: 'deny' } },
      pull: { period: '1h', http: { url: `${host}/deny-list.txt` } },
    }),
    feed(SHOWN.names, {
      content: 'DomainNameSet',
      description: 'Names under which malware is reached',
      pull: { period: '6h', http: { format: { json: { path: '$.entries[*].name' } }, url: `${host}/malware-domains.json` } },
    }),
    feed(SHOWN.failing, {
      content: 'IPSet',
      description: 'What a partner has seen',
      globalNetworkSet: { labels: { threatfeed: 'watch' } },
      pull: { period: '30m', http: { format: { csv: { header: true, fieldName: 'ip', commentDelimiter: '#' } }, url: `${host}/scanners.csv` } },
    }),
    feed(SHOWN.disabled, { content: 'IPSet', mode: 'Disabled', pull: { period: '24h', http: { url: `${host}/deny-list.txt` } } }),
    feed(SHOWN.cancelled, {
      content: 'IPSet',
      description: 'On trial',
      globalNetworkSet: { labels: { threatfeed: 'watch' } },
      pull: { period: '1h', http: { url: `${host}/deny-list.txt` } },
    }),
  ]
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}
