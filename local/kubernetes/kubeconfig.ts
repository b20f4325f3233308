import { readFile, rename, writeFile } from 'node:fs/promises'

export interface KubeconfigOptions {
  readonly url: string
  /** PEM. */
  readonly certificateAuthority: string
  readonly user: string
  readonly token: string
  readonly namespace?: string
}

/** Writes a kubeconfig that only its owner can read, whole or not at all: others may be reading it. JSON is YAML. */
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
  const text = JSON.stringify(config, undefined, 2)
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return
  await writeFile(`${path}.new`, text, { mode: 0o600 })
  await rename(`${path}.new`, path)
}
