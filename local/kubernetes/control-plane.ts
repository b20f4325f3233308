import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import type { Server } from '../server.ts'
import { writeKubeconfig } from './kubeconfig.ts'

export const KUBERNETES_PORTS = 3

export interface ControlPlaneOptions {
  /** Folder of `kube-apiserver` and `etcd`, as KUBEBUILDER_ASSETS names it. */
  readonly programs: string
  readonly folder: string
  readonly ports: readonly number[]
}

/**
 * kube-apiserver with etcd: an API without nodes and without controllers, so nothing runs pods, collects garbage or finishes a
 * namespace's deletion. TLS is verified by the certificate that the server makes for itself; one user, who may do everything.
 */
export function controlPlane({ programs, folder, ports }: ControlPlaneOptions): Server<'kubernetes'> {
  const [secure, client, peer] = ports
  const url = `https://127.0.0.1:${secure}`
  const etcdUrl = `http://127.0.0.1:${client}`
  const peerUrl = `http://127.0.0.1:${peer}`
  const kubeconfig = join(folder, 'kubeconfig')
  const tokens = join(folder, 'tokens.csv')
  const keys = join(folder, 'service-account.key')
  const certificates = join(folder, 'certificates')
  const etcd = [
    ...['--data-dir', join(folder, 'etcd'), '--listen-client-urls', etcdUrl, '--advertise-client-urls', etcdUrl],
    ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl, '--initial-cluster', `default=${peerUrl}`],
    // A killed process loses nothing by it, a machine that loses its power may.
    ...['--unsafe-no-fsync', '--log-level', 'warn'],
  ]
  const apiServer = [
    ...['--bind-address', '127.0.0.1', '--advertise-address', '127.0.0.1', '--secure-port', String(secure), '--cert-dir', certificates],
    ...['--etcd-servers', etcdUrl, '--service-cluster-ip-range', '10.0.0.0/24', '--endpoint-reconciler-type', 'none'],
    ...['--authorization-mode', 'RBAC', '--anonymous-auth=false', '--token-auth-file', tokens],
    ...['--service-account-issuer', 'https://kubernetes.default.svc', '--service-account-key-file', keys, '--service-account-signing-key-file', keys],
    // It waits for the account that a controller would make in each namespace.
    ...['--disable-admission-plugins', 'ServiceAccount', '--profiling=false'],
  ]
  const certificate = join(certificates, 'apiserver.crt')
  return {
    name: 'kubernetes',
    address: { kubeconfig, url },
    commands: [
      { name: 'etcd', program: join(programs, 'etcd'), args: etcd, cwd: folder, logFile: join(folder, 'etcd.log') },
      { name: 'kube-apiserver', program: join(programs, 'kube-apiserver'), args: apiServer, cwd: folder, logFile: join(folder, 'kube-apiserver.log') },
    ],
    async prepare() {
      await mkdir(certificates, { recursive: true, mode: 0o700 })
      await writeOnce(tokens, () => `${randomBytes(24).toString('hex')},admin,admin,system:masters\n`)
      await writeOnce(keys, () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    },
    async probe(signal) {
      const token = (await readFile(tokens, 'utf8')).split(',', 1).join()
      const certificateAuthority = await readFile(certificate, 'utf8')
      const status = await get(`${url}/readyz`, { token, certificateAuthority, signal })
      if (status !== 200) throw new Error(`/readyz answers ${status}`)
      await writeKubeconfig(kubeconfig, { url, certificateAuthority, user: 'admin', token })
    },
  }
}

async function writeOnce(path: string, content: () => string): Promise<void> {
  if ((await stat(path).catch(() => undefined)) === undefined) await writeFile(path, content(), { mode: 0o600 })
}

interface GetOptions {
  readonly token: string
  readonly certificateAuthority: string
  readonly signal: AbortSignal
}

/** `fetch` takes no authority. */
function get(url: string, { token, certificateAuthority, signal }: GetOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(url, { ca: certificateAuthority, headers: { authorization: `Bearer ${token}` }, agent: false, signal }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    call.once('error', reject)
    call.end()
  })
}
