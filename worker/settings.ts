/** One variable of the worker's environment. README's table of settings is made of these. */
export interface Setting {
  readonly name: string
  /** As it would be written; null when there is none. */
  readonly default: string | null
  readonly meaning: string
  readonly group: 'servers' | 'names' | 'feeds' | 'searching' | 'process'
  /** Its value is never printed. */
  readonly secret?: true
}

/** Everything that the worker reads from its environment, read once when it starts (`config.ts`). */
export const SETTINGS = [
  { group: 'servers', name: 'TEMPORAL_ADDRESS', default: null, meaning: 'host:port of the Temporal server; absent: the local servers' },
  { group: 'servers', name: 'TEMPORAL_NAMESPACE', default: 'default', meaning: 'Temporal namespace' },
  { group: 'servers', name: 'TEMPORAL_API_KEY', default: null, meaning: 'API key; switches TLS on', secret: true },
  { group: 'servers', name: 'TEMPORAL_TLS', default: null, meaning: '`true` for TLS without client certificates' },
  { group: 'servers', name: 'TEMPORAL_TLS_CLIENT_CERT_PATH', default: null, meaning: 'client certificate, PEM file' },
  { group: 'servers', name: 'TEMPORAL_TLS_CLIENT_KEY_PATH', default: null, meaning: 'its key, PEM file' },
  { group: 'servers', name: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH', default: null, meaning: "authority of the server's certificate, PEM file" },
  { group: 'servers', name: 'TEMPORAL_TLS_SERVER_NAME', default: null, meaning: "name in the server's certificate, where it is not the address's" },
  { group: 'servers', name: 'TEMPORAL_CONFIG_FILE', default: null, meaning: "Temporal's own TOML file of profiles, for all of the above" },
  { group: 'servers', name: 'TEMPORAL_PROFILE', default: 'default', meaning: 'profile of that file' },
  { group: 'servers', name: 'KUBECONFIG', default: null, meaning: 'kubeconfig file; absent: the service account inside a cluster, else the local servers' },
  { group: 'servers', name: 'ELASTICSEARCH_URL', default: null, meaning: 'http or https url without credentials; absent: the local servers' },
  { group: 'servers', name: 'ELASTICSEARCH_API_KEY', default: null, meaning: 'API key in its encoded form', secret: true },
  { group: 'servers', name: 'ELASTICSEARCH_USERNAME', default: null, meaning: 'user, where there is no API key' },
  { group: 'servers', name: 'ELASTICSEARCH_PASSWORD', default: null, meaning: 'and password', secret: true },
  { group: 'servers', name: 'ELASTICSEARCH_CA', default: null, meaning: "PEM file of the authority of Elasticsearch's certificate" },

  { group: 'names', name: 'CLUSTER_NAME', default: 'cluster', meaning: 'what the cluster is called in index names and workflow ids' },
  { group: 'names', name: 'IPSET_INDEX', default: '.tigera.ipset.<cluster>', meaning: 'index of IPSet documents' },
  { group: 'names', name: 'DOMAINNAMESET_INDEX', default: '.tigera.domainnameset.<cluster>', meaning: 'index of DomainNameSet documents' },
  { group: 'names', name: 'EVENTS_INDEX', default: 'tigera_secure_ee_events.<cluster>', meaning: 'index or alias of security events' },
  { group: 'names', name: 'FLOWS_INDEX_PATTERN', default: 'tigera_secure_ee_flows.<cluster>.*', meaning: 'indices of flow logs' },
  { group: 'names', name: 'DNS_INDEX_PATTERN', default: 'tigera_secure_ee_dns.<cluster>.*', meaning: 'indices of DNS logs' },
  { group: 'names', name: 'HEADER_NAMESPACE', default: 'tigera-intrusion-detection', meaning: 'namespace of Secrets and ConfigMaps that headers refer to' },

  { group: 'feeds', name: 'FEED_ALLOWED_RANGES', default: '', meaning: 'prefixes, comma-separated, that feeds may be pulled from although they are loopback, link-local or the like' },
  { group: 'feeds', name: 'FEED_DENIED_RANGES', default: '', meaning: 'prefixes that no feed may be pulled from; wins over the allowed' },
  { group: 'feeds', name: 'FEED_CONNECT_TIMEOUT', default: '10s', meaning: 'resolving, TCP and TLS, each hop' },
  { group: 'feeds', name: 'FEED_FIRST_BYTE_TIMEOUT', default: '30s', meaning: "until the answer's headers, each hop" },
  { group: 'feeds', name: 'FEED_ATTEMPT_TIMEOUT', default: '5m', meaning: 'the whole attempt, or half the period if that is less; at most 5m' },
  { group: 'feeds', name: 'FEED_MAX_WIRE_MIB', default: '100', meaning: 'body as sent, MiB' },
  { group: 'feeds', name: 'FEED_MAX_BODY_MIB', default: '512', meaning: 'body unpacked, MiB' },
  { group: 'feeds', name: 'FEED_MAX_JSON_MIB', default: '64', meaning: 'json body unpacked, MiB: it is held as one document' },
  { group: 'feeds', name: 'FEED_MAX_REDIRECTS', default: '5', meaning: 'redirects followed' },
  { group: 'feeds', name: 'HTTPS_PROXY', default: null, meaning: 'proxy for https urls; its address is exempt from the ranges', secret: true },
  { group: 'feeds', name: 'HTTP_PROXY', default: null, meaning: 'proxy for http urls', secret: true },
  { group: 'feeds', name: 'NO_PROXY', default: null, meaning: 'hosts, domains and prefixes to reach without a proxy' },
  { group: 'feeds', name: 'FEED_CA', default: null, meaning: "PEM file of further authorities for feeds' certificates, beside those that Node knows" },
  { group: 'feeds', name: 'NODE_EXTRA_CA_CERTS', default: null, meaning: 'PEM file of further authorities for all that is reached over TLS (read by Node itself)' },

  { group: 'searching', name: 'SEARCH_INTERVAL', default: '60s', meaning: 'how often new logs are searched, from 10s up' },
  { group: 'searching', name: 'SEARCH_LOOKBACK', default: '192h', meaning: 'how far back new members are searched for' },

  { group: 'process', name: 'HEALTH_PORT', default: '0', meaning: 'port of /livez and /readyz; 0: any free one' },
  { group: 'process', name: 'LOG_LEVEL', default: 'info', meaning: '`trace`, `debug`, `info`, `warn` or `error`' },
  { group: 'process', name: 'CONTINUE_AFTER_EVENTS', default: '250', meaning: 'a run continues as new at about this many events of history' },
  { group: 'process', name: 'TEMPORAL_WORKER_BUILD_ID', default: null, meaning: 'build of this worker, such as a git commit; switches Worker Versioning on ([operations](docs/operations.md))' },
  { group: 'process', name: 'TEMPORAL_DEPLOYMENT_NAME', default: 'threatfeed-<cluster>', meaning: 'what the builds of this worker are called together, without "." and ":"' },
  { group: 'process', name: 'HOSTNAME', default: "the machine's name", meaning: 'identity of the worker in Temporal; a pod has it set to its name' },
] as const satisfies readonly Setting[]

export type SettingName = (typeof SETTINGS)[number]['name']
