import { identityOf, refused } from './answer.ts'
import type { ApiServer } from './api-server.ts'

/** The uid of the namespace `kube-system`: what a cluster is called by everyone (contract L-01). */
export async function clusterUid(server: ApiServer, signal: AbortSignal): Promise<string> {
  const answer = await server.request({ method: 'GET', path: '/api/v1/namespaces/kube-system' }, signal)
  if (answer.status !== 200) throw refused(answer, 'a read of the namespace kube-system')
  return identityOf(answer.body).uid
}
