import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Environment, parseSettings, readConfig } from '../../client/config.ts'
import { temporaryFolder } from '../local/temporary-folder.ts'

const LOCAL = {
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  KUBECONFIG: '/local/kubeconfig',
  ELASTICSEARCH_URL: 'http://127.0.0.1:2',
  FEED_ALLOWED_RANGES: '127.0.0.0/8',
}

describe('the settings of the command', () => {
  it('takes the local servers where nothing else is said', () => {
    expect(readConfig({ ELASTICSEARCH_URL: '' }, LOCAL)).toMatchObject({
      cluster: 'cluster',
      temporal: { connectionOptions: { address: '127.0.0.1:1' } },
      kubeconfig: '/local/kubeconfig',
      elasticsearch: { url: 'http://127.0.0.1:2' },
    })
  })

  it('S-06 takes addresses and credentials from the environment first', () => {
    const ca = join(temporaryFolder(), 'ca.pem')
    writeFileSync(ca, 'PEM')
    const environment = {
      CLUSTER_NAME: 'c1',
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_NAMESPACE: 'security',
      KUBECONFIG: '/real',
      ELASTICSEARCH_URL: 'https://es.example',
      ELASTICSEARCH_API_KEY: 'key',
      ELASTICSEARCH_CA: ca,
      EVENTS_INDEX: 'their-events',
    }
    expect(readConfig(environment, LOCAL)).toMatchObject({
      cluster: 'c1',
      temporal: { connectionOptions: { address: 'temporal.example:7233' }, namespace: 'security' },
      kubeconfig: '/real',
      elasticsearch: { url: 'https://es.example', apiKey: 'key', ca: 'PEM' },
      eventsIndex: 'their-events',
    })
    expect(readConfig({}, LOCAL)).not.toHaveProperty('eventsIndex')
  })

  it('takes the address of a profile of Temporal before the local one, as the worker does', () => {
    const file = join(temporaryFolder(), 'temporal.toml')
    writeFileSync(file, '[profile.default]\naddress = "cloud.example:7233"\n[profile.staging]\naddress = "staging.example:7233"\nnamespace = "feeds"\n')
    const addressIn = (environment: Environment): string | undefined => readConfig(environment, LOCAL).temporal.connectionOptions.address
    expect(addressIn({ TEMPORAL_CONFIG_FILE: file })).toBe('cloud.example:7233')
    expect(readConfig({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'staging' }, LOCAL)).toMatchObject({
      temporal: { connectionOptions: { address: 'staging.example:7233' }, namespace: 'feeds' },
      kubeconfig: '/local/kubeconfig',
    })
    expect(addressIn({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_ADDRESS: 'said.example:1' })).toBe('said.example:1')
    expect(addressIn({ TEMPORAL_CONFIG_FILE: '', TEMPORAL_PROFILE: '' })).toBe('127.0.0.1:1')
  })

  it('fills nothing up inside a cluster', () => {
    const environment = { KUBERNETES_SERVICE_HOST: '10.0.0.1', TEMPORAL_ADDRESS: 't:1', ELASTICSEARCH_URL: 'http://es' }
    expect(readConfig(environment, LOCAL).kubeconfig).toBe(null)
    expect(() => readConfig({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, LOCAL)).toThrow(/ELASTICSEARCH_URL/)
  })

  it('names every problem at once, and no value', () => {
    const environment = { CLUSTER_NAME: 'Canary!', ELASTICSEARCH_URL: 'canary', ELASTICSEARCH_CA: '/canary' }
    const read = (): unknown => readConfig(environment, {})
    expect(read).toThrow(/CLUSTER_NAME.*ELASTICSEARCH_URL.*KUBECONFIG.*TEMPORAL_ADDRESS.*ELASTICSEARCH_CA.*npm run local -- up/)
    expect(read).not.toThrow(/canary/i)
  })

  it('reads the lines a shell would take', () => {
    expect(parseSettings("# a comment\nA=1\nexport B_2='it'\\''s = 2'\n\nc=3\n")).toEqual({ A: '1', B_2: "it's = 2" })
  })
})
