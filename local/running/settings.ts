import type { ServerAddresses } from '../server.ts'

/** Feeds on this machine are allowed to be pulled, which a worker refuses otherwise. */
const LOOPBACK = '127.0.0.0/8,::1/128'

/** The settings a process needs to speak to these servers. */
export function settingsFor(addresses: Partial<ServerAddresses>): Readonly<Record<string, string>> {
  const { temporal, elasticsearch, kubernetes } = addresses
  return {
    ...(temporal && { TEMPORAL_ADDRESS: temporal.address }),
    ...(elasticsearch && { ELASTICSEARCH_URL: elasticsearch.url }),
    ...(kubernetes && { KUBECONFIG: kubernetes.kubeconfig }),
    FEED_ALLOWED_RANGES: LOOPBACK,
  }
}

/** Lines that a POSIX shell's `eval` takes, whatever the values hold. */
export function exportLines(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join('')
}

function quote(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}
