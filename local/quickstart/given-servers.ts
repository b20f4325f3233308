import { clusterUrl } from '../kubernetes/cluster-url.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * What the environment names beyond this machine. The quickstart makes example feeds and logs, which nobody wants in a real cluster
 * because a shell happened to hold its address.
 */
export function serversElsewhere(environment: Environment): readonly string[] {
  const { TEMPORAL_ADDRESS, KUBECONFIG, ELASTICSEARCH_URL } = environment
  const elsewhere: string[] = []
  if (TEMPORAL_ADDRESS && !isHere(`tcp://${TEMPORAL_ADDRESS}`)) elsewhere.push('TEMPORAL_ADDRESS')
  if (KUBECONFIG && !isHere(urlOf(KUBECONFIG))) elsewhere.push('KUBECONFIG')
  if (ELASTICSEARCH_URL && !isHere(ELASTICSEARCH_URL)) elsewhere.push('ELASTICSEARCH_URL')
  return elsewhere
}

/** A file that is gone is no server; `startServers` says what is wrong with it. */
function urlOf(kubeconfig: string): string {
  try {
    return clusterUrl(kubeconfig)
  } catch {
    return 'http://localhost'
  }
}

function isHere(url: string): boolean {
  if (!URL.canParse(url)) return false
  const host = new URL(url).hostname
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
