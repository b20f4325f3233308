import { describe, expect, it } from 'vitest'
import { indexNamesOf } from '../../worker/compose.ts'

describe('the names of indices', () => {
  it('S-06 E-01 are those that are configured, and our own after the cluster', () => {
    const indices = { IPSet: 'addresses', DomainNameSet: 'names', events: 'findings', flows: 'flows.*', dns: 'dns.*' }
    expect(indexNamesOf({ cluster: 'one', indices })).toEqual({
      sets: { IPSet: 'addresses', DomainNameSet: 'names' },
      events: 'findings',
      state: '.threatfeed.state.one',
      blobs: '.threatfeed.blobs.one',
      windows: '.threatfeed.windows.one',
    })
  })
})
