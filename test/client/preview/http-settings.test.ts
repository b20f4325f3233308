import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { previewSettings, withLocalRanges } from '../../../client/preview/http-settings.ts'
import { readConfig } from '../../../worker/config.ts'
import { temporaryFolder } from '../../local/temporary-folder.ts'

const kubeconfig = (): string => {
  const file = join(temporaryFolder(), 'kubeconfig')
  writeFileSync(file, '')
  return file
}
const ofWorker = (environment: Record<string, string>) =>
  readConfig({ TEMPORAL_ADDRESS: 'localhost:1', ELASTICSEARCH_URL: 'http://localhost:2', KUBECONFIG: kubeconfig(), ...environment }).http

describe('settings of a preview', () => {
  it.each([
    [{}],
    [{ FEED_ALLOWED_RANGES: '127.0.0.0/8, ::1', FEED_DENIED_RANGES: '10.0.0.0/8' }],
    [{ FEED_CONNECT_TIMEOUT: '100ms', FEED_FIRST_BYTE_TIMEOUT: '5m', FEED_ATTEMPT_TIMEOUT: '1s' }],
    [{ FEED_MAX_WIRE_MIB: '1024', FEED_MAX_BODY_MIB: '4096', FEED_MAX_JSON_MIB: '64', FEED_MAX_REDIRECTS: '0' }],
    [{ HTTP_PROXY: 'http://proxy:1', https_proxy: 'proxy:2', HTTPS_PROXY: 'proxy:3', NO_PROXY: '.example' }],
  ])("P-07 P-10 are the worker's, for %j", (environment) => {
    expect(previewSettings(environment)).toEqual(ofWorker(environment))
  })

  it.each([
    'FEED_CONNECT_TIMEOUT=5', 'FEED_FIRST_BYTE_TIMEOUT=6m', 'FEED_ATTEMPT_TIMEOUT=999ms', 'FEED_MAX_WIRE_MIB=0', 'FEED_MAX_BODY_MIB=4097',
    'FEED_MAX_JSON_MIB=65', 'FEED_MAX_REDIRECTS=21', 'FEED_ALLOWED_RANGES=x', 'FEED_DENIED_RANGES=10.0.0.0/33', 'HTTP_PROXY=ftp://x', 'FEED_CA=/nowhere',
  ])('are refused as the worker refuses them: %s', (setting) => {
    const [name = '', value = ''] = setting.split('=')
    expect(() => previewSettings({ [name]: value })).toThrow(name)
    expect(() => ofWorker({ [name]: value })).toThrow(name)
  })

  it('P-10 allow loopback beside local servers alone', () => {
    const local = { FEED_ALLOWED_RANGES: '127.0.0.0/8' }
    const given = { TEMPORAL_ADDRESS: 'a', KUBECONFIG: 'b', ELASTICSEARCH_URL: 'c' }
    expect(withLocalRanges({}, local)).toEqual(local)
    expect(withLocalRanges({}, {})).toEqual({})
    expect(withLocalRanges(given, local)).toEqual(given)
    expect(withLocalRanges({ KUBERNETES_SERVICE_HOST: 'x' }, local)).toEqual({ KUBERNETES_SERVICE_HOST: 'x' })
    expect(withLocalRanges({ FEED_ALLOWED_RANGES: '' }, local)).toEqual({ FEED_ALLOWED_RANGES: '' })
  })
})
