import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withoutOwn } from '../../../local/running/own-environment.ts'
import type { OpenState } from '../../../local/state/state-file.ts'
import { openState } from '../../../local/state/state-file.ts'
import { temporaryFolder } from '../temporary-folder.ts'

function stateWithTemporal(): { stateDir: string; state: OpenState } {
  const stateDir = temporaryFolder()
  const state = openState(stateDir)
  const address = { address: '127.0.0.1:17233', uiUrl: undefined }
  state.set('temporal', { from: 'here', address, path: '/temporal', ports: [], dynamicConfig: [], processes: [] })
  return { stateDir, state }
}

describe('withoutOwn', () => {
  it('takes an address of a server that runs here for that server', () => {
    const { stateDir, state } = stateWithTemporal()
    const environment = { TEMPORAL_ADDRESS: '127.0.0.1:17233', ELASTICSEARCH_URL: 'http://elsewhere:9200' }
    expect(withoutOwn(environment, stateDir, state, new Set(['temporal']))).toEqual({ ELASTICSEARCH_URL: 'http://elsewhere:9200' })
  })

  it('takes the kubeconfig of this folder for our own, though nothing runs', () => {
    const { stateDir, state } = stateWithTemporal()
    expect(withoutOwn({ KUBECONFIG: join(stateDir, 'kubernetes/kubeconfig') }, stateDir, state, new Set())).toEqual({})
    expect(withoutOwn({ KUBECONFIG: '/home/kubeconfig' }, stateDir, state, new Set())).toEqual({ KUBECONFIG: '/home/kubeconfig' })
  })

  it('leaves no server behind for another one', () => {
    const { stateDir, state } = stateWithTemporal()
    expect(() => withoutOwn({ TEMPORAL_ADDRESS: 'elsewhere:7233' }, stateDir, state, new Set(['temporal']))).toThrow(
      'TEMPORAL_ADDRESS=elsewhere:7233 names another server than the one that runs here (127.0.0.1:17233)',
    )
  })
})
