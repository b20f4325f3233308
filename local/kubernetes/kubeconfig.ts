import { writeFile } from 'node:fs/promises'

export interface KubeconfigOptions {
  readonly url: string
  /** PEM. */
  readonly certificateAuthority: string
  readonly user: string
  readonly token: string
  readonly namespace?: string
}

/** Writes a kubeconfig that only its owner can read. JSON is YAML. */
export async function writeKubeconfig(path: string, options: KubeconfigOptions): Promise<void> {
  const { url, certificateAuthority, user, token, namespace } = options
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster: { server: url, 'certificate-authority-data': Buffer.from(certificateAuthority).toString('base64') } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user, ...(namespace === undefined ? {} : { namespace }) } }],
    'current-context': 'local',
  }
  await writeFile(path, JSON.stringify(config, undefined, 2), { mode: 0o600 })
}
