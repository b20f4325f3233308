import { HTTP_SETTINGS } from '../adapters/http/settings.ts'
import type { Setting, SettingsReader } from '../adapters/settings/settings-reader.ts'

/** Everything that the worker reads from its environment, read once when it starts (`config.ts`). */
export const SETTINGS = [
  { name: 'TEMPORAL_ADDRESS', default: null, meaning: 'host:port of the Temporal server; absent: the local servers' },
  { name: 'TEMPORAL_NAMESPACE', default: 'default', meaning: 'Temporal namespace' },
  { name: 'TEMPORAL_API_KEY', default: null, meaning: 'API key; switches TLS on', secret: true },
  { name: 'TEMPORAL_TLS', default: null, meaning: '`true` for TLS without client certificates' },
  { name: 'TEMPORAL_TLS_CLIENT_CERT_PATH', default: null, meaning: 'client certificate, PEM file' },
  { name: 'TEMPORAL_TLS_CLIENT_KEY_PATH', default: null, meaning: 'its key, PEM file' },
  { name: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH', default: null, meaning: "authority of the server's certificate, PEM file; absent: the system's authorities" },
  { name: 'TEMPORAL_TLS_SERVER_NAME', default: null, meaning: "name in the server's certificate, where it is not the address's" },
  { name: 'TEMPORAL_CONFIG_FILE', default: null, meaning: "Temporal's own TOML file of profiles, for all of the above" },
  { name: 'TEMPORAL_PROFILE', default: 'default', meaning: 'profile of that file' },
  { name: 'KUBECONFIG', default: null, meaning: 'kubeconfig file; absent: the service account inside a cluster, else the local servers' },
  { name: 'ELASTICSEARCH_URL', default: null, meaning: 'http or https url without credentials; absent: the local servers' },
  { name: 'ELASTICSEARCH_API_KEY', default: null, meaning: 'API key in its encoded form', secret: true },
  { name: 'ELASTICSEARCH_USERNAME', default: null, meaning: 'user, where there is no API key' },
  { name: 'ELASTICSEARCH_PASSWORD', default: null, meaning: 'and password', secret: true },
  { name: 'ELASTICSEARCH_CA', default: null, meaning: "PEM file of the authority of Elasticsearch's certificate" },

  { name: 'CLUSTER_NAME', default: 'cluster', meaning: 'what the cluster is called in index names and workflow ids' },
  { name: 'IPSET_INDEX', default: '.tigera.ipset.<cluster>', meaning: 'index of IPSet documents' },
  { name: 'DOMAINNAMESET_INDEX', default: '.tigera.domainnameset.<cluster>', meaning: 'index of DomainNameSet documents' },
  { name: 'EVENTS_INDEX', default: 'tigera_secure_ee_events.<cluster>', meaning: 'index or alias of security events' },
  { name: 'FLOWS_INDEX_PATTERN', default: 'tigera_secure_ee_flows.<cluster>.*', meaning: 'indices of flow logs' },
  { name: 'DNS_INDEX_PATTERN', default: 'tigera_secure_ee_dns.<cluster>.*', meaning: 'indices of DNS logs' },
  { name: 'HEADER_NAMESPACE', default: 'tigera-intrusion-detection', meaning: 'namespace of Secrets and ConfigMaps that headers refer to' },

  ...HTTP_SETTINGS,

  { name: 'SEARCH_INTERVAL', default: '60s', meaning: 'how often new logs are searched, from 10s up' },
  { name: 'SEARCH_LOOKBACK', default: '192h', meaning: 'how far back new members are searched for' },

  { name: 'HEALTH_PORT', default: '0', meaning: 'port of /livez and /readyz; 0: any free one' },
  { name: 'LOG_LEVEL', default: 'info', meaning: '`trace`, `debug`, `info`, `warn` or `error`' },
  { name: 'CONTINUE_AFTER_EVENTS', default: '250', meaning: 'a run continues as new at about this many events of history' },
  { name: 'TEMPORAL_WORKER_BUILD_ID', default: null, meaning: 'build of this worker, such as a git commit; switches Worker Versioning on ([operations](docs/operations.md))' },
  { name: 'TEMPORAL_DEPLOYMENT_NAME', default: 'threatfeed-<cluster>', meaning: 'what the builds of this worker are called together, without "." and ":"' },
  { name: 'HOSTNAME', default: "the machine's name", meaning: 'identity of the worker in Temporal; a pod has it set to its name' },
] as const satisfies readonly Setting[]

export type SettingName = (typeof SETTINGS)[number]['name']
/** What reads them. */
export type WorkerSettings = SettingsReader<SettingName>
