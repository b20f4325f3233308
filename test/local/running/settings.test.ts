import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exportLines, settingsFor } from '../../../local/running/settings.ts'

describe('the settings', () => {
  it('are those that a worker reads, of the servers there are', () => {
    const kubernetes = { kubeconfig: '/state/kubeconfig', url: 'https://127.0.0.1:1' }
    const all = { temporal: { address: '127.0.0.1:2', uiUrl: undefined }, elasticsearch: { url: 'http://127.0.0.1:3' }, kubernetes }
    expect(exportLines(settingsFor(all))).toBe(`export TEMPORAL_ADDRESS=127.0.0.1:2
export ELASTICSEARCH_URL=http://127.0.0.1:3
export KUBECONFIG=/state/kubeconfig
export FEED_ALLOWED_RANGES=127.0.0.0/8,::1/128
`)
    expect(Object.keys(settingsFor({ kubernetes }))).toEqual(['KUBECONFIG', 'FEED_ALLOWED_RANGES'])
  })

  it.each(["/it's a/folder", '$(touch /tmp/never)`x`"', '/two\nlines', '', '~/x', 'a\\b'])('reach a shell as they are: %j', (value) => {
    const script = `${exportLines({ VALUE: value })}printf %s "$VALUE"`
    expect(execFileSync('sh', ['-c', 'eval "$1"', 'sh', script], { encoding: 'utf8' })).toBe(value)
  })

  it('leave no character outside quotes that a shell could read', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const [, written = ''] = /^export V=([\s\S]*)\n$/.exec(exportLines({ V: value })) ?? []
        return /^[\w@%+=:,./-]+$/.test(written) || /^'[^']*'(\\''[^']*')*$/.test(written)
      }),
    )
  })
})
